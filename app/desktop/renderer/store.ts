import { create } from "zustand";
import type { BookEntry, BookPart } from "../../../contract/agent.ts";
import type { AgentState } from "../../../contract/state.ts";
import type { WindowPlace, WindowPush } from "../../../contract/window.ts";
import { bridge } from "./bridge.ts";

/** All that the window shows, as it was pushed last. Views read it; only pushes and `go` change it. */
export type Desk = {
  readonly agent: WindowPush<"agent">;
  /** Undefined until the agent said something. */
  readonly state: AgentState | undefined;
  readonly machines: ReadonlyMap<string, BookEntry>;
  /** Null: the machine list is as the portal says now; else when it last said so. */
  readonly machinesFrom: string | null;
  /** Whether the whole address book has come. */
  readonly machinesKnown: boolean;
  readonly place: WindowPlace;
  /** The machine that is looked at, in the machines' place. */
  readonly chosen: string | null;
  /** The machine that a deep link wants to connect, until the person has answered. */
  readonly asked: string | null;
  readonly go: (place: WindowPlace) => void;
  readonly choose: (machine: string | null) => void;
  readonly answerAsked: () => void;
};

export const useDesk = create<Desk>()((set) => ({
  agent: { link: "starting", failure: null },
  state: undefined,
  machines: new Map(),
  machinesFrom: null,
  machinesKnown: false,
  place: "machines",
  chosen: null,
  asked: null,
  go: (place) => set({ place }),
  choose: (chosen) => set({ chosen }),
  answerAsked: () => set({ asked: null }),
}));

/** Follows the program behind the page, until the returned disposer is called. */
export function followBridge(): () => void {
  const { setState } = useDesk;
  const leave = [
    bridge.on("agent", (agent) => setState({ agent })),
    bridge.on("state", (state) => setState({ state })),
    bridge.on("machines", (part) => setState((desk) => withPart(desk, part))),
    bridge.on("connectAsked", ({ machine }) => setState({ asked: machine, place: "machines", chosen: machine })),
    bridge.on("shown", ({ place, machine }) =>
      setState({ place, ...(machine === undefined ? {} : { chosen: machine }) }),
    ),
  ];
  return () => {
    for (const dispose of leave) dispose();
  };
}

/** What has come of a list that is not whole yet. */
let coming: Map<string, BookEntry> | null = null;

/** A long list is shown by its first part at once, and again when it is whole: to sort it anew with each part would be felt. */
function withPart(desk: Desk, part: BookPart): Partial<Desk> {
  const machines = part.whole ? new Map<string, BookEntry>() : (coming ?? new Map(desk.machines));
  for (const entry of part.entries) machines.set(entry.machine.id, entry);
  for (const id of part.removed) machines.delete(id);
  coming = part.more ? machines : null;
  if (!part.more) return { machines, machinesFrom: part.from, machinesKnown: true };
  return desk.machines.size === 0 ? { machines: new Map(machines), machinesFrom: part.from } : {};
}
