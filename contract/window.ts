import type { Static, TSchema } from "typebox";
import { Type } from "typebox";
import { AgentRequest, AgentResult, BookPart, Check, Probe } from "./agent.ts";
import { closed, decoder, nullable, oneOf } from "./decoder.ts";
import { Failure } from "./failure.ts";
import { AgentState } from "./state.ts";
import { Detail, Id, text } from "./values.ts";
import type { WindowCallName, WindowPushName } from "./window-names.ts";

/**
 * Wire between the window's page and the program behind it (Electron's main, or the stage). A page is not trusted: whoever answers
 * decodes each argument, and there is nothing but these calls. Pushes go to the page alone.
 *
 * The page sees `window.anslut` ({@link WindowBridge}): one function a call, and `on(push, listener)` which returns a disposer.
 */

/** What the page may ask the agent: everything but what belongs to the program around it. */
const forTheProgramAlone: readonly string[] = ["cancel", "quit", "power", "handOver", "portalStream", "followMachines"];

/** A request of the agent's wire; `id` is the page's own number for it, by which progress comes and `cancel` works. */
export const WindowAsk = Type.Union(
  AgentRequest.anyOf.filter((member) => !forTheProgramAlone.includes(member.properties.type.const)),
);
export type WindowAsk = Exclude<
  Static<typeof AgentRequest>,
  { readonly type: "cancel" | "quit" | "power" | "handOver" | "portalStream" | "followMachines" }
>;

/** Failures are answers: what an exception carries over this wire is only its text. */
export const WindowAnswer = Type.Union([
  closed({ type: Type.Literal("answer"), result: AgentResult }),
  closed({ type: Type.Literal("refusal"), failure: Failure }),
]);
export type WindowAnswer = Static<typeof WindowAnswer>;

/** What a call of the program itself comes to. */
export const WindowDone = Type.Union([
  closed({ type: Type.Literal("done") }),
  /** The person thought better of it (a dialogue of the system was closed). */
  closed({ type: Type.Literal("declined") }),
  closed({ type: Type.Literal("refusal"), failure: Failure }),
]);
export type WindowDone = Static<typeof WindowDone>;

/** Where the portal's own page is shown, in CSS pixels of the window's page; null: not at all. */
export const PortalPlace = nullable(
  closed({
    x: Type.Integer({ minimum: 0, maximum: 100_000 }),
    y: Type.Integer({ minimum: 0, maximum: 100_000 }),
    width: Type.Integer({ minimum: 1, maximum: 100_000 }),
    height: Type.Integer({ minimum: 1, maximum: 100_000 }),
  }),
);
export type PortalPlace = Static<typeof PortalPlace>;

/** Links that may be opened outside, by name: a page cannot name an address. */
export const linkNames = ["documentation", "proxies", "support"] as const;

export const About = closed({
  version: text(100),
  /** Name and version of what it stands on: Electron, Chromium, Node, OpenVPN, … */
  parts: Type.Array(closed({ name: text(100), version: text(100) }), { maxItems: 32 }),
  licences: Type.Array(closed({ name: text(200), version: text(100), licence: text(200) }), { maxItems: 2000 }),
  /** Whether this system shows a tray icon, as far as can be told. */
  tray: Type.Boolean(),
  /** Those for which this build names an address: the others are not offered. */
  links: Type.Array(oneOf(linkNames), { maxItems: linkNames.length }),
});
export type About = Static<typeof About>;

const nothing = closed({});

export const windowCalls = {
  ask: { argument: WindowAsk, answer: WindowAnswer },
  cancel: { argument: closed({ id: Type.Integer({ minimum: 1 }) }), answer: WindowDone },
  about: { argument: nothing, answer: About },
  copy: { argument: closed({ text: text(20_000) }), answer: WindowDone },
  openLink: { argument: closed({ link: oneOf(linkNames) }), answer: WindowDone },
  /** Prints the window's page as its print style shows it. */
  print: { argument: nothing, answer: WindowDone },
  /** Asks the person where to, and writes a text file there. */
  save: { argument: closed({ name: text(100), text: text(500_000) }), answer: WindowDone },
  /** Shows the portal's own pages over a part of the window; signs in there by hand-over when that is needed. */
  showPortal: { argument: closed({ place: PortalPlace }), answer: WindowDone },
  /** Asks the system to start the installed helper; the system asks whoever may. */
  startHelper: { argument: nothing, answer: WindowDone },
  /** Tries at once to reach or start the agent. */
  retryAgent: { argument: nothing, answer: WindowDone },
} as const satisfies Readonly<Record<WindowCallName, { readonly argument: TSchema; readonly answer: TSchema }>>;

/** Places of the window that the tray, the menu or a notification leads to. */
export const windowPlaces = ["machines", "portal", "doctor", "history", "settings", "about"] as const;
export type WindowPlace = (typeof windowPlaces)[number];

export const windowPushes = {
  /** The way to the agent. While it is not `attached`, what was last said of the state is old. */
  agent: closed({ link: oneOf(["starting", "attached", "lost"]), failure: nullable(Failure) }),
  state: AgentState,
  machines: BookPart,
  progress: closed({ id: Type.Integer({ minimum: 1 }), check: Check }),
  probed: closed({ id: Type.Integer({ minimum: 1 }), probe: Probe }),
  /** A deep link asks for a connection; the person confirms. */
  connectAsked: closed({ machine: Id, detail: Detail }),
  /** `machine`: the one to look at there. */
  shown: closed({ place: oneOf(windowPlaces), machine: Type.Optional(Id) }),
  /** The menu asks for the table of keys. */
  keysAsked: nothing,
} as const satisfies Readonly<Record<WindowPushName, TSchema>>;

export type WindowArgument<Name extends WindowCallName> = Name extends "ask"
  ? WindowAsk
  : Static<(typeof windowCalls)[Name]["argument"]>;
export type WindowResult<Name extends WindowCallName> = Static<(typeof windowCalls)[Name]["answer"]>;
export type WindowPush<Name extends WindowPushName> = Static<(typeof windowPushes)[Name]>;

/** What the page finds as `window.anslut`. */
export type WindowBridge = {
  readonly [Name in WindowCallName]: (argument: WindowArgument<Name>) => Promise<WindowResult<Name>>;
} & {
  readonly on: <Name extends WindowPushName>(push: Name, listener: (value: WindowPush<Name>) => void) => () => void;
};

export const decodeWindowArgument = Object.fromEntries(
  Object.entries(windowCalls).map(([name, { argument }]) => [name, decoder("window", argument)]),
) as { readonly [Name in WindowCallName]: (value: unknown) => WindowArgument<Name> };

/** What the build wrote for {@link About}. */
export const decodeAbout = decoder("about", About);
