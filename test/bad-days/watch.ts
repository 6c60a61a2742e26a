import { createInterface } from "node:readline";
import type { AgentState } from "../../contract/state.ts";
import type { Lab } from "../lab/lab.ts";
import type { LabProcess } from "../lab/lab-process.ts";

/** Issue 3: whatever happens, the state that is shown is true again after so long. */
export const truthMs = 15_000;

interface Waiting {
  readonly holds: (state: AgentState) => boolean;
  readonly found: (state: AgentState) => void;
}

/**
 * What the technician sees: every state that `anslut status --watch --json` prints. Read as a story: `until` goes on behind
 * the state that the `until` before it found.
 */
export class Watch {
  readonly #process: LabProcess;
  readonly #told: { readonly atMs: number; readonly state: AgentState }[] = [];
  readonly #waiting = new Set<Waiting>();
  #next = 0;
  #hasEnded = false;

  private constructor(process: LabProcess) {
    this.#process = process;
    createInterface(process.stdout).on("line", (line) => this.#take(line));
    const end = (): void => {
      this.#hasEnded = true;
    };
    process.exited.then(end, end);
  }

  /** Its agent has ended, or nobody watches any more: what was shown last is shown no more. */
  get hasEnded(): boolean {
    return this.#hasEnded;
  }

  /** Starts watching; an agent that does not run is started by that. */
  static async open(lab: Lab): Promise<Watch> {
    const process = lab.spawn("laptop", ["/opt/anslut/bin/anslut", "status", "--watch", "--json"], { user: "tech" });
    const watch = new Watch(process);
    await watch.until("a first state", () => true);
    return watch;
  }

  async close(): Promise<void> {
    await this.#process.kill();
  }

  /** The state that is shown now. */
  get now(): AgentState {
    const last = this.#told.at(-1);
    if (last === undefined) throw new Error("anslut status has shown nothing yet");
    return last.state;
  }

  /** Forgets what was shown so far, save for what is shown now. */
  begin(): void {
    this.#next = Math.max(0, this.#told.length - 1);
  }

  /**
   * Waits for a state that holds, beginning with the one that was found last.
   * @throws with all that was shown since, when none has come in time
   */
  until(what: string, holds: (state: AgentState) => boolean, withinMs = truthMs): Promise<AgentState> {
    const first = this.#next;
    const index = this.#told.findIndex(({ state }, place) => place >= first && holds(state));
    if (index >= 0) {
      this.#next = index;
      return Promise.resolve(this.#told[index]?.state ?? this.now);
    }
    return new Promise((resolve, reject) => {
      const waiting: Waiting = {
        holds,
        found: (state) => {
          clearTimeout(timer);
          resolve(state);
        },
      };
      const timer = setTimeout(() => {
        this.#waiting.delete(waiting);
        const shown = this.#told.slice(first).map(({ atMs, state }) => `  ${Math.round(atMs)} ms ${brief(state)}`);
        reject(new Error(`not within ${withinMs / 1000} s: ${what}\nshown since:\n${shown.join("\n")}`));
      }, withinMs);
      this.#waiting.add(waiting);
    });
  }

  #take(line: string): void {
    const state = JSON.parse(line) as AgentState;
    if ("error" in state) {
      this.#hasEnded = true; // its agent has
      return;
    }
    this.#told.push({ atMs: performance.now(), state });
    for (const waiting of this.#waiting) {
      if (!waiting.holds(state)) continue;
      this.#waiting.delete(waiting);
      this.#next = this.#told.length - 1;
      waiting.found(state);
    }
  }
}

/** A state in one line, for whoever reads why a test failed. */
function brief({ session, connections, helper, notice }: AgentState): string {
  const why =
    session.state === "failed" ? session.failure : session.state === "reconnecting" ? session.why : { cause: "" };
  const machines = connections.map(({ name, status }) => {
    return `${name} ${status.state}${status.state === "failed" ? ` ${status.failure.cause}` : ""}`;
  });
  return [session.state, why.cause, `[${machines.join(", ")}]`, `helper ${helper}`, notice?.cause ?? ""].join(" ");
}

/** The tunnel answers. */
export function isReady({ session }: AgentState): boolean {
  return session.state === "ready";
}

export function isNotReady(state: AgentState): boolean {
  return !isReady(state);
}

/** The status of the connection to a machine; undefined where there is none. */
export function statusOf(state: AgentState, machine: string): AgentState["connections"][number]["status"] | undefined {
  return state.connections.find(({ name }) => name === machine)?.status;
}

/** Nothing is green: neither the tunnel nor any machine in it. */
export function showsNothingGreen(state: AgentState): boolean {
  return isNotReady(state) && state.connections.every(({ status }) => status.state !== "connected");
}

/** The tunnel is ready and the machine connected: a claim that the PLC must bear out. */
export function showsConnected(machine: string): (state: AgentState) => boolean {
  return (state) => isReady(state) && statusOf(state, machine)?.state === "connected";
}
