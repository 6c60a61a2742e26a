import { create } from "zustand";
import type { Failure } from "../../../../contract/causes.ts";
import { CauseError, failureOf } from "../../../../contract/causes.ts";
import type { AgentState } from "../../../../contract/state.ts";
import { canConnect } from "../../../core/predicates.ts";
import { ask } from "../ask.ts";
import { useDesk } from "../store.ts";

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
  /** Opens the dialogue. */
  readonly ask: (machine: string) => void;
  readonly close: () => void;
  readonly change: (machine: string, wish: ConnectWish) => void;
  /** Connects, dialling first where there is no tunnel. Resolves to whether the machine is connected; `failures` says why not. */
  readonly start: (machine: string, wish: ConnectWish) => Promise<boolean>;
  /** Without asking for order number or reason. Opens the dialogue when that does not work. */
  readonly atOnce: (machine: string) => Promise<void>;
  readonly cancel: (machine: string) => void;
  readonly disconnect: (machine: string) => Promise<void>;
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

    ask: (machine) => {
      fail(machine, null);
      set({ asking: machine });
    },
    close: () => set({ asking: null }),
    change: (machine, wish) => set(({ drafts }) => ({ drafts: withKey(drafts, machine, wish) })),

    start: async (machine, { networks, ...wish }) => {
      if (get().working.has(machine)) return false;
      const abort = new AbortController();
      aborts.set(machine, abort);
      fail(machine, null);
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
        if (failure.cause !== "cancelled") fail(machine, failure);
        return false;
      } finally {
        aborts.delete(machine);
        work(machine, null);
      }
    },

    atOnce: async (machine) => {
      await get().start(machine, get().drafts.get(machine) ?? plainWish);
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
  };
});

/** Whether the agent's state says itself how it stands with this machine: overlapping, silent, some routes missing. */
export function isShown(machine: string): boolean {
  return useDesk.getState().state?.connections.some((connection) => connection.machine === machine) ?? false;
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
    const session = state?.session;
    if (session?.state === "ready") resolve();
    else if (session?.state === "failed") reject(new CauseError(session.failure.cause, session.failure.detail));
    else if (session?.state === "signedIn" || session?.state === "signedOut") reject(new CauseError("cancelled"));
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
