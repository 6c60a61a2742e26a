import { readFile, rename } from "node:fs/promises";
import { failureOf } from "../../../contract/causes.ts";
import type { Decoder } from "../../../contract/decoder.ts";
import { writeWhole } from "./atomic-file.ts";

export interface KeptFileOptions<Value> {
  readonly path: string;
  readonly decode: Decoder<Value>;
  readonly initial: Value;
  /** Told when a file that cannot be read was moved aside, so that nothing in it is lost unsaid. */
  readonly onMoved: (detail: string) => void;
}

/** One JSON file held in memory: read once, changed by functions, written whole in the order of the changes. */
export class KeptFile<Value> {
  readonly #path: string;
  #value: Value;
  #writing: Promise<void> = Promise.resolve();

  private constructor(path: string, value: Value) {
    this.#path = path;
    this.#value = value;
  }

  static async open<Value>(options: KeptFileOptions<Value>): Promise<KeptFile<Value>> {
    const { path, decode, initial, onMoved } = options;
    let text: string;
    try {
      text = await readFile(path, "utf8");
    } catch (error) {
      if (!isMissing(error)) onMoved(`${path} cannot be read: ${failureOf(error).detail}`);
      return new KeptFile(path, initial);
    }
    try {
      return new KeptFile(path, decode(JSON.parse(text)));
    } catch (error) {
      const aside = `${path}.unreadable`;
      await rename(path, aside).catch(() => undefined);
      onMoved(`${path} was not understood (${failureOf(error).detail}) and is kept as ${aside}`);
      return new KeptFile(path, initial);
    }
  }

  get value(): Value {
    return this.#value;
  }

  /** Resolves when everything changed so far is on the disk, or could not be put there. */
  written(): Promise<void> {
    return this.#writing;
  }

  /** Changes the value at once and resolves when it is on the disk. Throws `diskFault`; the change then holds in memory. */
  change(edit: (value: Value) => Value): Promise<void> {
    this.#value = edit(this.#value);
    const written = this.#writing.then(() => writeWhole(this.#path, `${JSON.stringify(this.#value, null, 2)}\n`));
    this.#writing = written.catch(() => undefined);
    return written;
  }
}

function isMissing(error: unknown): boolean {
  return error instanceof Error && "code" in error && error.code === "ENOENT";
}
