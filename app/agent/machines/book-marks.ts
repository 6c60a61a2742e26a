import type { Static } from "typebox";
import { Type } from "typebox";
import { MachineMark } from "../../../contract/agent.ts";
import { closed, decoder, nullable } from "../../../contract/decoder.ts";
import { Id, Time } from "../../../contract/values.ts";
import { KeptFile } from "../files/kept-file.ts";

/** What a person keeps about machines: apart from their list, which the portal may send anew at any time. */
const Marks = closed({
  version: Type.Literal(1),
  machines: Type.Array(closed({ machine: Id, mark: MachineMark, lastUsed: nullable(Time) }), { maxItems: 100_000 }),
});
type Marks = Static<typeof Marks>;
const decodeMarks = decoder("marks", Marks);

export interface Kept {
  readonly mark: MachineMark;
  readonly lastUsed: string | null;
}

export const unmarked: Kept = { mark: { favourite: false, note: "", contact: "" }, lastUsed: null };

/** The marks of one address book. */
export class BookMarks {
  readonly #file: KeptFile<Marks>;
  readonly #marks: Map<string, Kept>;

  private constructor(file: KeptFile<Marks>) {
    this.#file = file;
    this.#marks = new Map(file.value.machines.map(({ machine, mark, lastUsed }) => [machine, { mark, lastUsed }]));
  }

  static async open(path: string, onMoved: (detail: string) => void): Promise<BookMarks> {
    return new BookMarks(
      await KeptFile.open<Marks>({ path, decode: decodeMarks, initial: { version: 1, machines: [] }, onMoved }),
    );
  }

  get(machine: string): Kept {
    return this.#marks.get(machine) ?? unmarked;
  }

  has(machine: string): boolean {
    return this.#marks.has(machine);
  }

  /** Holds at once and resolves when it is on the disk. Throws `diskFault`. */
  async set(machine: string, change: Partial<Kept>): Promise<void> {
    const kept = { ...this.get(machine), ...change };
    const { favourite, note, contact } = kept.mark;
    const says = favourite || note !== "" || contact !== "" || kept.lastUsed !== null;
    if (says) this.#marks.set(machine, kept);
    else this.#marks.delete(machine);
    await this.#file.change(() => ({
      version: 1,
      machines: [...this.#marks].map(([id, { mark, lastUsed }]) => ({ machine: id, mark, lastUsed })),
    }));
  }

  written(): Promise<void> {
    return this.#file.written();
  }
}
