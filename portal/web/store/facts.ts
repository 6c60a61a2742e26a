import type { Clock } from "./clock.ts";
import { isDiskFault } from "./disk.ts";

const retryMs = 2000;

/**
 * Writes down what has already happened: a tunnel that ended, a connection that was cut. That the disk is full undoes none of it,
 * so it must neither keep the rest from happening nor be forgotten: such writes wait, in their order, until there is room.
 */
export class Facts {
  readonly #clock: Clock;
  readonly #waiting: (() => Promise<void>)[] = [];
  #writing: Promise<void> = Promise.resolve();
  #retries = false;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** Resolves once it is written, or waits for the disk. @throws what is no fault of the disk */
  record(write: () => Promise<void>): Promise<void> {
    const done = this.#writing.then(async () => {
      if (this.#waiting.length === 0 && (await isWritten(write))) return;
      this.#waiting.push(write);
      this.#retryLater();
    });
    this.#writing = done.catch(() => {});
    return done;
  }

  #retryLater(): void {
    if (this.#retries) return;
    this.#retries = true;
    this.#clock.after(retryMs, () => {
      this.#writing = this.#writing.then(() => this.#retry());
    });
  }

  async #retry(): Promise<void> {
    this.#retries = false;
    for (let write = this.#waiting[0]; write !== undefined; write = this.#waiting[0]) {
      // What fails for another reason now will not do so less later.
      if (!(await isWritten(write).catch(() => true))) return this.#retryLater();
      this.#waiting.shift();
    }
  }
}

/** Whether it was written; false where the disk did not take it. */
async function isWritten(write: () => Promise<void>): Promise<boolean> {
  try {
    await write();
    return true;
  } catch (error) {
    if (isDiskFault(error)) return false;
    throw error;
  }
}
