import { create } from "zustand";
import type { Judged, Probe } from "../../../../contract/agent.ts";
import type { Failure } from "../../../../contract/causes.ts";
import { failureOf } from "../../../../contract/causes.ts";
import { ask } from "../ask.ts";

/** A reachability test: while it runs, and what it came to. */
export interface ReachRun {
  readonly state: "running" | "done" | "failed" | "cancelled";
  readonly probes: readonly Probe[];
  readonly devices: readonly Judged[];
  /** Known, but too many for one test. */
  readonly untested: readonly string[];
  readonly failure: Failure | null;
  readonly startedMs: number;
  readonly ownPorts: boolean;
}

export interface ReachWish {
  /** Null: the devices that a grant names or the router knows. */
  readonly address: string | null;
  /** Null: the usual ones. */
  readonly ports: readonly number[] | null;
}

type ReachRuns = { readonly runs: ReadonlyMap<string, ReachRun> };

/** The last test of each machine, whichever place was looked at in the meantime. */
export const useReachRuns = create<ReachRuns>()(() => ({ runs: new Map() }));

const running = new Map<string, AbortController>();

/** Where the test is shown in a machine's page. */
export const reachAnchor = "reach";

/** Tests, and shows the test to whoever asked for it from another part of the page. */
export function testAndShow(machine: string, wish: ReachWish): void {
  void testDevices(machine, wish);
  document.getElementById(reachAnchor)?.scrollIntoView();
}

/** Tests the devices of a machine from both sides; a test that runs already is given up. */
export async function testDevices(machine: string, { address, ports }: ReachWish): Promise<void> {
  running.get(machine)?.abort();
  const controller = new AbortController();
  running.set(machine, controller);
  const isCurrent = (): boolean => running.get(machine) === controller;
  put(machine, () => ({
    state: "running",
    probes: [],
    devices: [],
    untested: [],
    failure: null,
    startedMs: Date.now(),
    ownPorts: ports !== null,
  }));
  const onProbe = (probe: Probe): void => {
    if (isCurrent()) put(machine, (run) => ({ ...run, probes: [...run.probes, probe] }));
  };
  const wish = { type: "check", machine, address, ports: ports && [...ports] } as const;
  try {
    const result = await ask(wish, { signal: controller.signal, onProbe });
    if (!isCurrent() || result.type !== "reachability") return;
    const { probes, devices, untested } = result;
    put(machine, (run) => ({ ...run, state: "done", probes, devices, untested }));
  } catch (error) {
    if (!isCurrent()) return;
    put(machine, (run) =>
      controller.signal.aborted
        ? { ...run, state: "cancelled" }
        : { ...run, state: "failed", failure: failureOf(error) },
    );
  }
}

export function cancelTest(machine: string): void {
  running.get(machine)?.abort();
}

function put(machine: string, change: (run: ReachRun) => ReachRun): void {
  const empty: ReachRun = {
    state: "running",
    probes: [],
    devices: [],
    untested: [],
    failure: null,
    startedMs: 0,
    ownPorts: false,
  };
  useReachRuns.setState(({ runs }) => ({ runs: new Map(runs).set(machine, change(runs.get(machine) ?? empty)) }));
}
