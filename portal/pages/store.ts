import { create } from "zustand";
import type { Failure } from "../../contract/causes.ts";
import { failureOf } from "../../contract/causes.ts";
import type { Machine, OwnMachinePage, PortalEvent } from "../../contract/portal.ts";
import type { ConnectWish, MachineWish } from "./api.ts";
import { api } from "./api.ts";
import type { Link } from "./machine-light.ts";
import type { OwnConnection, OwnConnections } from "./own-connections.ts";
import { withAnswer } from "./own-connections.ts";
import type { MachineState } from "./place.ts";
import { useSession } from "./session.ts";

type Machines = {
  readonly search: string;
  readonly filter: MachineState;
  readonly machines: readonly Machine[];
  readonly total: number;
  readonly after: string | null;
  /** `first`: nothing of this list is there yet. */
  readonly loading: "none" | "first" | "more";
  readonly failure: Failure | null;
  /** Whether the portal keeps what is shown up to date, and since when it does not. */
  readonly lostSince: number | null;
  readonly connections: OwnConnections;
  /** Machines that this person is connected to, from whichever laptop, whether the list shows them or not. */
  readonly own: readonly Machine[];
  /** A machine that is shown on a page of its own; also when it is `removed`, as it was then. */
  readonly opened: Machine | null;
  /** Machines that the portal has taken away from this person since the page was opened: what somebody is at does not vanish. */
  readonly removed: ReadonlySet<string>;
  /** Reads what does not depend on the list: one's own connections. */
  readonly start: (user: string) => Promise<void>;
  readonly find: (search: string, filter: MachineState) => Promise<void>;
  readonly more: () => Promise<void>;
  readonly open: (machine: string) => Promise<void>;
  readonly connect: (machine: Machine, wish: ConnectWish) => Promise<void>;
  readonly disconnect: (machine: Machine) => Promise<void>;
  readonly giveStandIn: (machine: Machine, networks: readonly string[]) => Promise<Machine>;
  readonly take: (event: PortalEvent) => void;
  readonly link: (state: "live" | "lost") => void;
  /** Forgets everything, for whoever signs in next. */
  readonly forget: () => void;
};

const pageSize = 100;
const mostAtOnce = 500;
/** Events that come in a swarm (a portal that starts) are one reason to read the list, not many. */
const refreshAfterMs = 400;

const empty = {
  search: "",
  filter: "all",
  machines: [],
  total: 0,
  after: null,
  loading: "first",
  failure: null,
  lostSince: null,
  connections: new Map(),
  own: [],
  opened: null,
  removed: new Set<string>(),
} as const;

let user = "";
let running = new AbortController();
let refreshing: ReturnType<typeof setTimeout> | undefined;
/** For each question that is under way the machines of whose connections was heard meanwhile. */
const underWay = new Set<Set<string>>();

/** All that overview and machine pages show. Answers that a newer question has overtaken are dropped. */
export const useMachines = create<Machines>()((set, get) => {
  const ask = async (wish: MachineWish, signal?: AbortSignal): Promise<OwnMachinePage> => {
    const newer = new Set<string>();
    const asker = user;
    underWay.add(newer);
    try {
      const page = await api.machines(wish, signal);
      if (asker === user) set({ connections: withAnswer(get().connections, page.connections, newer) });
      return page;
    } finally {
      underWay.delete(newer);
    }
  };

  const load = async (after: string | null, limit: number): Promise<void> => {
    running.abort();
    running = new AbortController();
    const { signal } = running;
    try {
      const { search, filter } = get();
      const page = await ask({ search, state: filter, after, limit }, signal);
      const machines = after === null ? page.machines : [...get().machines, ...page.machines];
      set({ machines, total: page.total, after: page.after, loading: "none", failure: null });
    } catch (error) {
      if (signal.aborted) return;
      const failure = failureOf(error);
      if (failure.cause === "signedOut") useSession.getState().over(failure);
      set({ loading: "none", failure });
    }
  };

  /** Reads as much as is shown anew, without a sign of it. */
  const refresh = (): void => {
    clearTimeout(refreshing);
    refreshing = setTimeout(() => {
      // More that was asked for meanwhile comes with it: its own question is overtaken.
      const shown = get().machines.length + (get().loading === "more" ? pageSize : 0);
      void load(null, Math.min(mostAtOnce, Math.max(pageSize, shown)));
    }, refreshAfterMs);
  };

  const setConnection = (machine: string, connection: OwnConnection | null): void => {
    const connections = new Map(get().connections);
    for (const newer of underWay) newer.add(machine);
    if (connection === null) connections.delete(machine);
    else connections.set(machine, connection);
    set({ connections });
  };

  const forgetConnections = (isOver: (connection: OwnConnection) => boolean): void => {
    for (const [machine, connection] of get().connections) if (isOver(connection)) setConnection(machine, null);
  };

  const isOwn = ({ id, present }: Machine): boolean => present.includes(user) || get().connections.has(id);

  /** Rights may be given back as well. */
  const setAccess = (machine: string, access: "given" | "removed"): void => {
    if (get().removed.has(machine) === (access === "removed")) return;
    const removed = new Set(get().removed);
    if (access === "removed") removed.add(machine);
    else removed.delete(machine);
    set({ removed });
  };

  const setMachine = (machine: Machine): void => {
    setAccess(machine.id, "given");
    const { machines, own, opened, filter } = get();
    const before = machines.find(({ id }) => id === machine.id);
    const others = own.filter(({ id }) => id !== machine.id);
    set({
      own: isOwn(machine) ? [...others, machine].sort(byName) : others,
      machines: machines.map((known) => (known.id === machine.id ? machine : known)),
      opened: opened?.id === machine.id ? machine : opened,
    });
    const left = before !== undefined && !fits(machine, filter);
    const came = before === undefined && filter !== "all" && fits(machine, filter);
    if (left || came) refresh();
  };

  return {
    ...empty,

    start: async (name) => {
      user = name;
      // What cannot be read now is read with the next resync.
      const page = await ask({ search: "", state: "used", after: null, limit: mostAtOnce }).catch(() => null);
      if (page !== null && user === name) set({ own: page.machines.filter(isOwn).sort(byName) });
    },
    find: async (search, filter) => {
      const same = get().filter === filter && get().machines.length > 0;
      set({ search, filter, loading: same ? get().loading : "first", ...(same ? {} : { machines: [], total: 0 }) });
      await load(null, pageSize);
    },
    more: async () => {
      set({ loading: "more" });
      await load(get().after, pageSize);
    },
    open: async (id) => {
      const known = get().machines.find((machine) => machine.id === id);
      if (get().opened?.id !== id) set({ opened: known ?? null });
      try {
        const machine = await api.machine(id);
        set({ opened: machine });
        setMachine(machine);
      } catch (error) {
        if (failureOf(error).cause === "machineUnknown") setAccess(id, "removed");
        throw error;
      }
    },

    connect: async (machine, wish) => {
      const intent = await api.connect(machine.id, wish);
      const known = get().connections.get(machine.id);
      const state = known?.intent === intent.id ? known.state : null;
      setConnection(machine.id, { intent: intent.id, tunnel: intent.tunnel, state, wish });
    },
    disconnect: async (machine) => {
      await api.disconnect(machine.id, get().connections.get(machine.id)?.tunnel ?? null);
      setConnection(machine.id, null);
      // Another laptop of the same person may be on it as well.
      refresh();
    },
    giveStandIn: async (machine, networks) => {
      const changed = await api.standIn(machine.id, networks);
      setMachine(changed);
      return changed;
    },

    take: (event) => {
      switch (event.type) {
        case "machineChanged":
          setMachine(event.machine);
          return;
        case "machineRemoved":
          set({
            machines: get().machines.filter((known) => known.id !== event.machine),
            own: get().own.filter((known) => known.id !== event.machine),
          });
          setAccess(event.machine, "removed");
          setConnection(event.machine, null);
          refresh();
          return;
        case "intentState": {
          const { intent, machine, state } = event;
          const before = get().connections.get(machine);
          const known = before?.intent === intent ? before : undefined;
          if (state.state === "closed") setConnection(machine, null);
          else setConnection(machine, { intent, tunnel: known?.tunnel ?? null, state, wish: known?.wish ?? null });
          return;
        }
        case "intentEnded":
          forgetConnections(({ intent }) => intent === event.intent);
          return;
        case "tunnelEnded":
          forgetConnections(({ tunnel }) => tunnel === event.tunnel);
          return;
        case "resync":
          // What was given back meanwhile is found by asking anew.
          set({ removed: new Set([...get().removed].filter((machine) => machine === get().opened?.id)) });
          refresh();
          void get().start(user);
          if (get().opened !== null)
            void get()
              .open(get().opened?.id ?? "")
              .catch(() => undefined);
          return;
        case "signedOut":
          useSession.getState().over({ cause: event.cause, detail: "" });
          return;
        case "intent":
        case "devices":
        case "pins":
          return;
      }
    },
    link: (state) => {
      const { lostSince } = get();
      set({ lostSince: state === "live" ? null : (lostSince ?? Date.now()) });
      // What was asked for meanwhile got no answer, and a stream that resumes says nothing of it.
      if (state === "live" && lostSince !== null) refresh();
    },
    forget: () => {
      user = "";
      running.abort();
      clearTimeout(refreshing);
      set({ ...empty, connections: new Map(), removed: new Set() });
    },
  };
});

export function linkOf({ lostSince }: Machines): Link {
  return lostSince === null ? "live" : "lost";
}

function byName(left: Machine, right: Machine): number {
  return left.name.localeCompare(right.name, undefined, { numeric: true });
}

/** Whether a machine belongs into a list of that filter. */
function fits({ online, present }: Machine, filter: MachineState): boolean {
  switch (filter) {
    case "all":
      return true;
    case "online":
      return online;
    case "offline":
      return !online;
    case "used":
      return online && present.length > 0;
  }
}
