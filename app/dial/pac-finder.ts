import type { Clock } from "./clock.ts";
import type { HelperProgram } from "./helper-program.ts";
import { evaluatePac } from "./pac.ts";
import { readPac } from "./pac-source.ts";

const freshMs = 5 * 60_000;

/** Answers what a PAC file says about a URL; the file is fetched once in five minutes, and kept when it cannot be fetched again. */
export class PacFinder {
  readonly #program: HelperProgram;
  readonly #clock: Clock;
  readonly #read: typeof readPac;
  #source = "";
  #script: { readonly text: string; readonly atMs: number } | null = null;

  constructor(program: HelperProgram, clock: Clock, read: typeof readPac = readPac) {
    this.#program = program;
    this.#clock = clock;
    this.#read = read;
  }

  /** Throws as {@link readPac} and {@link evaluatePac}. */
  async find(source: string, url: string): Promise<string> {
    return await evaluatePac(await this.#scriptOf(source), url);
  }

  /** The laptop moved: another office may have another file under the same name. */
  forget(): void {
    this.#script = null;
  }

  async #scriptOf(source: string): Promise<string> {
    const nowMs = this.#clock.monotonicMs();
    const kept = this.#source === source ? this.#script : null;
    if (kept && nowMs - kept.atMs < freshMs) return kept.text;
    try {
      const text = await this.#read(source, this.#program);
      this.#source = source;
      this.#script = { text, atMs: nowMs };
      return text;
    } catch (error) {
      if (kept) return kept.text;
      throw error;
    }
  }
}
