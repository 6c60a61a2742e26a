/** One step as it is told: what was done, what was seen, how long it took. */
export interface Told {
  readonly step: string;
  readonly seen: string;
  readonly elapsedMs: number;
  readonly held: boolean;
}

/** What was seen is not what must be; the play goes on to its end, where everything is undone. */
export class StepFailed extends Error {
  override readonly name = "StepFailed";
}

/** Runs the steps of the play one after the other and tells each in one line. */
export class Narrator {
  readonly told: Told[] = [];
  readonly #out: NodeJS.WriteStream;

  constructor(out: NodeJS.WriteStream) {
    this.#out = out;
  }

  say(text: string): void {
    this.#out.write(`${text}\n`);
  }

  /**
   * Does a step. `see` says in a few words what a person would see of the result.
   * @throws what the step throws, after it has been told as not held
   */
  async step<Value>(name: string, act: () => Promise<Value>, see: (value: Value) => string): Promise<Value> {
    const started = performance.now();
    if (this.#out.isTTY) this.#out.write(`…           ${name}`);
    try {
      const value = await act();
      this.#tell({ step: name, seen: see(value), elapsedMs: performance.now() - started, held: true });
      return value;
    } catch (error) {
      const seen = error instanceof Error ? error.message : String(error);
      this.#tell({ step: name, seen, elapsedMs: performance.now() - started, held: false });
      throw error;
    }
  }

  /** Runs an act of several steps and says whether all of it held; what fails between two steps is told as well. */
  async holds(act: () => Promise<void>): Promise<boolean> {
    const before = this.told.length;
    try {
      await act();
      return true;
    } catch (error) {
      const isTold = this.told.slice(before).some((told) => !told.held);
      if (!isTold) this.#tell({ step: "…", seen: String(error), elapsedMs: 0, held: false });
      return false;
    }
  }

  #tell(told: Told): void {
    this.told.push({ ...told, elapsedMs: Math.round(told.elapsedMs) });
    const time = `${(told.elapsedMs / 1000).toFixed(2)} s`.padStart(8);
    const [first, ...more] = told.seen.split("\n");
    if (this.#out.isTTY) this.#out.write("\r\x1b[K"); // the line that said what was being done
    this.say(`${told.held ? "✓" : "✗"} ${time}  ${told.step.padEnd(34)} ${first}`);
    for (const line of more) this.say(" ".repeat(47) + line);
  }
}
