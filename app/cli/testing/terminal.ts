import type { ChildProcessWithoutNullStreams } from "node:child_process";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";

const main = join(import.meta.dirname, "..", "main.ts");

/** `anslut` on a real terminal, made by script(1) of util-linux. */
export class Terminal {
  readonly #child: ChildProcessWithoutNullStreams;
  #shown = "";
  #read = 0;
  #changed = Promise.withResolvers<void>();
  readonly #closed: Promise<unknown>;

  /** Runs a shell line in which `anslut` stands for the program. */
  constructor(line: string, environment: NodeJS.ProcessEnv) {
    const program = `anslut() { ${quoted(process.execPath)} ${quoted(main)} "$@"; }; ${line}`;
    // The terminal's own echo is on, as on every terminal, so that a password that shows would be seen.
    this.#child = spawn("script", ["-qefc", program, "-E", "always", "/dev/null"], {
      env: { PATH: process.env.PATH, TERM: "xterm", SHELL: "/bin/bash", ...environment },
    });
    this.#closed = once(this.#child, "close");
    for (const stream of [this.#child.stdout, this.#child.stderr]) {
      stream.on("data", (chunk: Buffer) => {
        this.#shown += chunk.toString("utf8");
        this.#changed.resolve();
        this.#changed = Promise.withResolvers<void>();
      });
    }
  }

  /** Everything shown so far, escape sequences and all. */
  get shown(): string {
    return this.#shown;
  }

  /** Waits until `text` is shown behind what was waited for before. */
  async sees(text: string): Promise<void> {
    for (;;) {
      const at = this.#shown.indexOf(text, this.#read);
      if (at >= 0) {
        this.#read = at + text.length;
        return;
      }
      const ended = this.#child.exitCode !== null;
      if (ended) throw new Error(`ended without showing ${JSON.stringify(text)}: ${JSON.stringify(this.#shown)}`);
      await Promise.race([this.#changed.promise, this.#closed]);
    }
  }

  type(keys: string): void {
    this.#child.stdin.write(keys);
  }

  /** The exit code of the line. */
  async ended(): Promise<number | null> {
    await this.#closed;
    return this.#child.exitCode;
  }

  [Symbol.dispose](): void {
    this.#child.kill("SIGKILL");
  }
}

function quoted(word: string): string {
  return `'${word.replaceAll("'", "'\\''")}'`;
}
