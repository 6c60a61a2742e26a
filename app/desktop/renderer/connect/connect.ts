import { create } from "zustand";
import type { Failure } from "../../../../contract/causes.ts";
import { CauseError, failureOf } from "../../../../contract/causes.ts";
import type { AgentState, Connection } from "../../../../contract/state.ts";
import { canConnect, dialOutcome } from "../../../core/predicates.ts";
import { ask } from "../ask.ts";
import { useDesk } from "../store.ts";
import { afterChange } from "./after-change.ts";

/** What is under way for a machine because this window asked for it. */
export type Working = "dialling" | "connecting" | "disconnecting";

export type ConnectWish = {
  /** Null: all that one may reach. */
  readonly networks: readonly string[] | null;
  readonly orderNumber: string;
  readonly reason: string;
  /** Whether to ask for stand-in prefixes where addresses collide. */
  readonly standIn: boolean;
};

export const plainWish: ConnectWish = { networks: null, orderNumber: "", reason: "", standIn: false };

export type Connect = {
  /** The machine that the dialogue is open for. */
  readonly asking: string | null;
  readonly working: ReadonlyMap<string, Working>;
  /** Why the last try for a machine did not work. */
  readonly failures: ReadonlyMap<string, Failure>;
  /** What was typed for a machine and not used yet. */
  readonly drafts: ReadonlyMap<string, ConnectWish>;
  /** What each connection was asked for with, while the agent lists it: to be asked for once more. */
  readonly used: ReadonlyMap<string, ConnectWish>;
  /** Opens the dialogue. */
  readonly ask: (machine: string) => void;
  readonly close: () => void;
  readonly change: (machine: string, wish: ConnectWish) => void;
  /** Connects, dialling first where there is no tunnel. Resolves to whether the machine is connected; `failures` says why not. */
  readonly start: (machine: string, wish: ConnectWish) => Promise<boolean>;
  /** Without asking for order number or reason. Opens the dialogue when that does not work. */
  readonly atOnce: (machine: string) => Promise<void>;
  readonly cancel: (machine: string) => void;
  /** Resolves when it is over; `failures` says why it did not work. */
  readonly disconnect: (machine: string) => Promise<void>;
  /** Ends the connection and makes it anew for the same order; `found` where this window did not make it. */
  readonly reconnect: (machine: string, found?: ConnectWish) => Promise<void>;
};

/** The making and ending of connections; what comes of them is in the agent's state. */
export const useConnect = create<Connect>()((set, get) => {
  const aborts = new Map<string, AbortController>();
  const work = (machine: string, working: Working | null): void =>
    set(({ working: all }) => ({ working: withKey(all, machine, working) }));
  const fail = (machine: string, failure: Failure | null): void =>
    set(({ failures }) => ({ failures: withKey(failures, machine, failure) }));

  return {
    asking: null,
    working: new Map(),
    failures: new Map(),
    drafts: new Map(),
    used: new Map(),

    ask: (machine) => {
      fail(machine, null);
      set({ asking: machine });
    },
    close: () => set({ asking: null }),
    change: (machine, wish) => set(({ drafts }) => ({ drafts: withKey(drafts, machine, wish) })),

    start: async (machine, untidy) => {
      if (get().working.has(machine)) return false;
      const tidy = tidied(untidy);
      const { networks, ...wish } = tidy;
      const abort = new AbortController();
      aborts.set(machine, abort);
      fail(machine, null);
      // Typed or taken over from the last connection: it is not lost when this does not work. Stand-ins are asked for each time.
      set(({ drafts, used }) => ({
        drafts: withKey(drafts, machine, { ...tidy, standIn: false }),
        used: withKey(used, machine, tidy),
      }));
      try {
        if (!isReady()) {
          work(machine, "dialling");
          await dial(abort.signal);
        }
        work(machine, "connecting");
        const wanted = networks === null ? null : [...networks];
        await ask({ type: "connect", machine, networks: wanted, ...wish }, { signal: abort.signal });
        set(({ drafts }) => ({ drafts: withKey(drafts, machine, null) }));
        return true;
      } catch (error) {
        const failure = failureOf(error);
        if (failure.cause !== "cancelled" && statusOf(machine)?.state !== "connected") fail(machine, failure);
        return false;
      } finally {
        aborts.delete(machine);
        work(machine, null);
      }
    },

    atOnce: async (machine) => {
      await get().start(machine, wishOf(get(), machine));
      // What the agent shows about a connection is told beside it; the rest is told where it can be tried again.
      if (get().failures.has(machine) && !isShown(machine)) set({ asking: machine });
    },

    cancel: (machine) => aborts.get(machine)?.abort(),

    disconnect: async (machine) => {
      if (get().working.has(machine)) return;
      work(machine, "disconnecting");
      fail(machine, null);
      try {
        await ask({ type: "disconnect", machine });
      } catch (error) {
        fail(machine, failureOf(error));
      } finally {
        work(machine, null);
      }
    },

    reconnect: async (machine, found = plainWish) => {
      const { drafts, used, disconnect, start } = get();
      // Before the agent lists it no more.
      const wish = drafts.get(machine) ?? used.get(machine) ?? found;
      await disconnect(machine);
      if (!get().failures.has(machine)) await start(machine, wish);
    },
  };
});

/** What a machine is connected with when nothing else is said: what was typed, else what its connection was asked for with. */
export function wishOf({ drafts, used }: Pick<Connect, "drafts" | "used">, machine: string): ConnectWish {
  return drafts.get(machine) ?? used.get(machine) ?? plainWish;
}

/** What people write without its blanks at both ends, which an order number never has. */
export function tidied(wish: ConnectWish): ConnectWish {
  return { ...wish, orderNumber: wish.orderNumber.trim(), reason: wish.reason.trim() };
}

/** Lets go of wishes and failures that the agent's state has overtaken, until the returned disposer is called. */
export function followConnections(): () => void {
  return useDesk.subscribe(({ state }, { state: before }) => {
    if (state?.connections === before?.connections) return;
    useConnect.setState((kept) => afterChange(kept, before?.connections ?? [], state?.connections ?? []));
  });
}

/** Whether the agent's state says itself how it stands with this machine: overlapping, silent, some routes missing. */
export function isShown(machine: string): boolean {
  return statusOf(machine) !== undefined;
}

function statusOf(machine: string): Connection["status"] | undefined {
  return useDesk.getState().state?.connections.find((connection) => connection.machine === machine)?.status;
}

function isReady(): boolean {
  const { state } = useDesk.getState();
  return state !== undefined && canConnect(state);
}

/** Dials and waits for the tunnel, also behind a question that the person answers meanwhile. */
async function dial(signal: AbortSignal): Promise<void> {
  const result = await ask({ type: "dial" }, { signal });
  if (result.type === "asked") await settled(signal);
}

function settled(signal: AbortSignal): Promise<void> {
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  const look = (state: AgentState | undefined): void => {
    const outcome = state && dialOutcome(state.session);
    if (outcome === "ready") resolve();
    else if (outcome === "givenUp") reject(new CauseError("cancelled"));
    else if (outcome !== undefined) reject(new CauseError(outcome.cause, outcome.detail));
  };
  const leave = useDesk.subscribe(({ state }) => look(state));
  const onAbort = (): void => reject(new CauseError("cancelled"));
  signal.addEventListener("abort", onAbort);
  look(useDesk.getState().state);
  return promise.finally(() => {
    leave();
    signal.removeEventListener("abort", onAbort);
  });
}

function withKey<Value>(map: ReadonlyMap<string, Value>, key: string, value: Value | null): ReadonlyMap<string, Value> {
  const next = new Map(map);
  if (value === null) next.delete(key);
  else next.set(key, value);
  return next;
}
