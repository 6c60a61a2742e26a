import type { ChildProcess } from "node:child_process";
import { spawn } from "node:child_process";

const firstPauseMs = 100;
const longestPauseMs = 5000;
/** A child that lived that long is not in a loop of crashes. */
const steadyMs = 30_000;

/** How one part of the portal is run. */
export interface ChildPlan {
  readonly name: string;
  readonly file: string;
  readonly args: readonly string[];
  /** Words for setpriv(1): who it runs as and what it may. */
  readonly privileges: readonly string[];
}

/**
 * Keeps one program running: when it dies it comes back alone, after a pause that doubles while it keeps dying. The kernel kills
 * it when we die, however that happens (PR_SET_PDEATHSIG, by setpriv, after it changed its user: that would clear the signal).
 */
export class Child {
  readonly #plan: ChildPlan;
  readonly #log: (text: string) => void;
  #process: ChildProcess | undefined;
  #pauseMs = firstPauseMs;
  #timer: NodeJS.Timeout | undefined;
  #stopped = false;

  constructor(plan: ChildPlan, log: (text: string) => void) {
    this.#plan = plan;
    this.#log = log;
  }

  start(): void {
    const { name, file, args, privileges } = this.#plan;
    const began = Date.now();
    // Nothing of our environment goes along, and stdout stays ours: `ready` is all that is said there.
    const child = spawn("/usr/bin/setpriv", [...privileges, "--pdeathsig", "KILL", "--", file, ...args], {
      env: { PATH: "/usr/sbin:/usr/bin:/sbin:/bin" },
      cwd: "/",
      stdio: ["ignore", 2, 2],
    });
    this.#process = child;
    child.once("error", (error) => this.#log(`${name} cannot be started: ${error.message}`));
    child.once("close", (code, signal) => {
      this.#process = undefined;
      if (this.#stopped) return;
      if (Date.now() - began > steadyMs) this.#pauseMs = firstPauseMs;
      this.#log(`${name} ended (${signal ?? `exit code ${code}`}), starting again in ${this.#pauseMs} ms`);
      this.#timer = setTimeout(() => this.start(), this.#pauseMs);
      this.#pauseMs = Math.min(this.#pauseMs * 2, longestPauseMs);
    });
  }

  /** Asks it to end, and makes it after `patienceMs`. */
  async stop(patienceMs: number): Promise<void> {
    this.#stopped = true;
    clearTimeout(this.#timer);
    const child = this.#process;
    if (child === undefined || child.exitCode !== null || child.signalCode !== null) return;
    const { promise, resolve } = Promise.withResolvers<void>();
    child.once("close", () => resolve());
    const timer = setTimeout(() => child.kill("SIGKILL"), patienceMs);
    child.kill("SIGTERM");
    await promise;
    clearTimeout(timer);
  }
}
