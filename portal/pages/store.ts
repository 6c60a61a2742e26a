import { create } from "zustand";
import type { Failure } from "../../contract/causes.ts";
import { failureOf } from "../../contract/causes.ts";
import type { IntentState, Machine, PortalEvent } from "../../contract/portal.ts";
import type { ConnectWish, Me } from "./api.ts";
import { api } from "./api.ts";

/** A connection of one's own to a machine, as the agent last told the portal. */
export type OwnConnection = { readonly intent: string; readonly tunnel: string; readonly state: IntentState | null };

type Overview = {
  /** Undefined until we know whether there is a session. */
  readonly me: Me | null | undefined;
  readonly search: string;
  readonly machines: readonly Machine[];
  readonly total: number;
  readonly after: string | null;
  readonly loading: boolean;
  readonly failure: Failure | null;
  readonly connections: ReadonlyMap<string, OwnConnection>;
  readonly start: () => Promise<void>;
  readonly signedIn: () => Promise<void>;
  readonly signOut: () => Promise<void>;
  readonly find: (search: string) => Promise<void>;
  readonly more: () => Promise<void>;
  readonly connect: (machine: Machine, wish: ConnectWish) => Promise<void>;
  readonly disconnect: (machine: Machine) => Promise<void>;
  readonly take: (event: PortalEvent) => void;
};

let running = new AbortController();

/** All that the overview shows. Answers that a newer search has overtaken are dropped. */
export const useOverview = create<Overview>()((set, get) => {
  const load = async (after: string | null): Promise<void> => {
    running.abort();
    running = new AbortController();
    const { signal } = running;
    set({ loading: true });
    try {
      const page = await api.machines(get().search, after, signal);
      const machines = after === null ? page.machines : [...get().machines, ...page.machines];
      set({ machines, total: page.total, after: page.after, loading: false, failure: null });
    } catch (error) {
      if (signal.aborted) return;
      const failure = failureOf(error);
      set({ loading: false, failure, ...(failure.cause === "signedOut" ? { me: null } : {}) });
    }
  };

  const setConnection = (machine: string, connection: OwnConnection | null): void => {
    const connections = new Map(get().connections);
    if (connection === null) connections.delete(machine);
    else connections.set(machine, connection);
    set({ connections });
  };

  const machineOf = (intent: string): string | undefined =>
    [...get().connections].find(([, connection]) => connection.intent === intent)?.[0];

  return {
    me: undefined,
    search: "",
    machines: [],
    total: 0,
    after: null,
    loading: false,
    failure: null,
    connections: new Map(),

    start: async () => {
      const me = await api.me().catch(() => null);
      set({ me });
      if (me !== null) await load(null);
    },
    signedIn: async () => {
      set({ me: await api.me(), failure: null });
      await load(null);
    },
    signOut: async () => {
      await api.logout().catch(() => undefined);
      set({ me: null, machines: [], total: 0, connections: new Map(), search: "" });
    },
    find: async (search) => {
      set({ search });
      await load(null);
    },
    more: () => load(get().after),

    connect: async (machine, wish) => {
      const intent = await api.connect(machine.id, wish);
      setConnection(machine.id, { intent: intent.id, tunnel: intent.tunnel, state: null });
    },
    disconnect: async (machine) => {
      await api.disconnect(machine.id, get().connections.get(machine.id)?.tunnel ?? null);
      setConnection(machine.id, null);
    },

    take: (event) => {
      switch (event.type) {
        case "machineChanged":
          set({ machines: get().machines.map((known) => (known.id === event.machine.id ? event.machine : known)) });
          return;
        case "machineRemoved":
          set({ machines: get().machines.filter((known) => known.id !== event.machine) });
          setConnection(event.machine, null);
          return;
        case "intentState": {
          const known = get().connections.get(event.machine);
          if (event.state.state === "closed") setConnection(event.machine, null);
          else setConnection(event.machine, { intent: event.intent, tunnel: known?.tunnel ?? "", state: event.state });
          return;
        }
        case "intentEnded": {
          const machine = machineOf(event.intent);
          if (machine !== undefined) setConnection(machine, null);
          return;
        }
        case "tunnelEnded":
          for (const [machine, connection] of get().connections) {
            if (connection.tunnel === event.tunnel) setConnection(machine, null);
          }
          return;
        case "resync":
          void load(null);
          return;
        case "signedOut":
          set({ me: null, failure: { cause: event.cause, detail: "" } });
          return;
        case "intent":
        case "pins":
          return;
      }
    },
  };
});
