import { create } from "zustand";
import type { Failure } from "../../../../contract/causes.ts";
import { failureOf } from "../../../../contract/causes.ts";
import { canConnect, canDial } from "../../../core/predicates.ts";
import { ask } from "../ask.ts";
import { useDesk } from "../store.ts";

/** What is typed before a connection, kept until it stands. */
export interface Wish {
  readonly orderNumber: string;
  readonly reason: string;
  /** Null: all networks that one may reach. */
  readonly networks: readonly string[] | null;
}

export interface Attempt {
  readonly phase: "dialling" | "connecting" | "disconnecting" | null;
  readonly failure: Failure | null;
}

type Attempts = {
  readonly attempts: ReadonlyMap<string, Attempt>;
  readonly wishes: ReadonlyMap<string, Wish>;
};

/** Connections that are being made or ended from this window, by machine, whichever machine is looked at in the meantime. */
export const useAttempts = create<Attempts>()(() => ({ attempts: new Map(), wishes: new Map() }));

export const noAttempt: Attempt = { phase: null, failure: null };
export const noWish: Wish = { orderNumber: "", reason: "", networks: null };

const running = new Map<string, AbortController>();

export function setWish(machine: string, wish: Wish): void {
  useAttempts.setState(({ wishes }) => ({ wishes: new Map(wishes).set(machine, wish) }));
}

/** Connects, and dials first where there is no tunnel. With `standIn` the portal is asked for other addresses where they collide. */
export async function connect(machine: string, { standIn }: { readonly standIn: boolean }): Promise<void> {
  await attempt(machine, async (signal) => {
    const { state } = useDesk.getState();
    if (state !== undefined && !canConnect(state) && canDial(state)) {
      put(machine, { phase: "dialling", failure: null });
      await ask({ type: "dial" }, { signal });
    }
    put(machine, { phase: "connecting", failure: null });
    const wish = useAttempts.getState().wishes.get(machine) ?? noWish;
    await ask(
      { type: "connect", machine, ...wish, networks: wish.networks && [...wish.networks], standIn },
      { signal },
    );
    setWish(machine, noWish);
  });
}

export async function disconnect(machine: string): Promise<void> {
  await attempt(machine, async (signal) => {
    put(machine, { phase: "disconnecting", failure: null });
    await ask({ type: "disconnect", machine }, { signal });
  });
}

/** Gives up what is under way. */
export function giveUp(machine: string): void {
  running.get(machine)?.abort();
}

async function attempt(machine: string, work: (signal: AbortSignal) => Promise<void>): Promise<void> {
  running.get(machine)?.abort();
  const controller = new AbortController();
  running.set(machine, controller);
  try {
    await work(controller.signal);
    if (running.get(machine) === controller) put(machine, noAttempt);
  } catch (error) {
    // What the person ended, or another attempt overtook, is no failure.
    const failure = controller.signal.aborted ? null : failureOf(error);
    if (running.get(machine) === controller) put(machine, { phase: null, failure });
  } finally {
    if (running.get(machine) === controller) running.delete(machine);
  }
}

function put(machine: string, attempt: Attempt): void {
  useAttempts.setState(({ attempts }) => ({ attempts: new Map(attempts).set(machine, attempt) }));
}
