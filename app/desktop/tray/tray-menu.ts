import type { BookEntry } from "../../../contract/agent.ts";
import type { AgentState, Connection } from "../../../contract/state.ts";
import type { WindowPlace } from "../../../contract/window.ts";
import { canDial, canHangUp, isDialling } from "../../core/predicates.ts";
import type { LinkStatus } from "../bridge/agent-link.ts";
import type { Texts } from "./texts.ts";
import { type TrayIcon, trayIconOf } from "./tray-icon.ts";
import { connectionLine, sessionLine } from "./wording.ts";

/** What an entry does when it is chosen. */
export type TrayAct =
  | { readonly does: "connect"; readonly machine: string }
  | { readonly does: "disconnect"; readonly machine: string }
  | { readonly does: "dial" }
  | { readonly does: "hangUp" }
  | { readonly does: "open"; readonly place: WindowPlace }
  | { readonly does: "retry" }
  | { readonly does: "quit" };

export type TrayItem =
  | { readonly kind: "separator" }
  /** Says something; cannot be chosen. */
  | { readonly kind: "word"; readonly label: string }
  | { readonly kind: "entry"; readonly label: string; readonly isEnabled: boolean; readonly act: TrayAct };

export interface TrayModel {
  readonly icon: TrayIcon;
  /** What the icon says in words, for the pointer and for screen readers. */
  readonly toolTip: string;
  readonly items: readonly TrayItem[];
}

export interface TrayView {
  readonly link: LinkStatus;
  /** Undefined until an agent said something. */
  readonly state: AgentState | undefined;
  readonly book: readonly BookEntry[];
}

/** Most favourites in the menu: beyond that a menu is slower than the window's search. */
const maxFavourites = 15;
const maxRecent = 5;

/** The tray's whole menu in a state: the same in, the same out. */
export function trayModel(view: TrayView, texts: Texts): TrayModel {
  const { link, state, book } = view;
  const line = lineOf(view, texts);
  const groups: readonly (readonly TrayItem[])[] = [
    [
      { kind: "word", label: line },
      ...(link.link === "lost" ? [entry(texts.say("tray.retry"), { does: "retry" })] : []),
      ...(link.link === "attached" && state !== undefined ? tunnelItems(state, texts) : []),
    ],
    connectionItems(view, texts),
    machineItems("tray.favourites", favouritesOf(book), view, texts),
    machineItems("tray.recent", recentOf(book), view, texts),
    [
      entry(texts.say("tray.open"), { does: "open", place: "machines" }),
      entry(texts.say("tray.settings"), { does: "open", place: "settings" }),
      entry(texts.say("tray.quit"), { does: "quit" }),
    ],
  ];
  const items = groups
    .filter((group) => group.length > 0)
    .flatMap((group, index): readonly TrayItem[] => (index === 0 ? group : [{ kind: "separator" }, ...group]));
  return { icon: trayIconOf(state, link.link), toolTip: `Anslut: ${line}`, items };
}

function lineOf({ link, state }: TrayView, texts: Texts): string {
  if (link.link === "lost") return texts.say(`causes.${link.failure?.cause ?? "agentMissing"}.headline`, noNames);
  if (link.link === "starting" || state === undefined) return texts.say("tray.starting");
  return sessionLine(state.session, texts);
}

const noNames = { portal: "none", machine: "none" };

/** At most one of the two: a tunnel is on its way or there, or it is not. */
function tunnelItems(state: AgentState, texts: Texts): readonly TrayItem[] {
  if (state.identity === null) return [entry(texts.say("tray.signIn"), { does: "open", place: "machines" })];
  return [
    ...(canDial(state) ? [entry(texts.say("tray.dial"), { does: "dial" })] : []),
    ...(canHangUp(state) && (state.tunnel !== null || isDialling(state.session) || state.session.state === "ready")
      ? [entry(texts.say("tray.hangUp"), { does: "hangUp" })]
      : []),
  ];
}

function connectionItems({ link, state }: TrayView, texts: Texts): readonly TrayItem[] {
  return (state?.connections ?? []).flatMap((connection): readonly TrayItem[] => [
    { kind: "word", label: connectionLine(connection, texts) },
    {
      kind: "entry",
      label: texts.say("tray.disconnect", { machine: connection.name }),
      isEnabled: link.link === "attached" && connection.status.state !== "closing",
      act: { does: "disconnect", machine: connection.machine },
    },
  ]);
}

function machineItems(
  heading: "tray.favourites" | "tray.recent",
  entries: readonly BookEntry[],
  { link, state }: TrayView,
  texts: Texts,
): readonly TrayItem[] {
  const connected = new Set((state?.connections ?? []).filter(isOpen).map(({ machine }) => machine));
  const items = entries
    .filter(({ machine }) => !connected.has(machine.id))
    .map(({ machine }): TrayItem => {
      const isOffline = !machine.online;
      return {
        kind: "entry",
        label: texts.say(isOffline ? "tray.connectOffline" : "tray.connect", { machine: machine.name }),
        // A machine that was offline when the book was written may be there now; the window says so.
        isEnabled: link.link === "attached" && state !== undefined && state.identity !== null,
        act: { does: "connect", machine: machine.id },
      };
    });
  return items.length === 0 ? [] : [{ kind: "word", label: texts.say(heading) }, ...items];
}

function isOpen({ status }: Connection): boolean {
  return status.state !== "failed" && status.state !== "closing";
}

function favouritesOf(book: readonly BookEntry[]): readonly BookEntry[] {
  return book
    .filter(({ mark }) => mark.favourite)
    .sort((left, right) => left.machine.name.localeCompare(right.machine.name))
    .slice(0, maxFavourites);
}

/** The last ones used, the latest first, without those that are favourites anyway. */
function recentOf(book: readonly BookEntry[]): readonly BookEntry[] {
  return book
    .filter(({ mark, lastUsed }) => lastUsed !== null && !mark.favourite)
    .sort((left, right) => (right.lastUsed ?? "").localeCompare(left.lastUsed ?? ""))
    .slice(0, maxRecent);
}

function entry(label: string, act: TrayAct): TrayItem {
  return { kind: "entry", label, isEnabled: true, act };
}
