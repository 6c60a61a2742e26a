import type { BookEntry, MachineMark } from "../../../contract/agent.ts";
import { failureOf } from "../../../contract/causes.ts";
import type { Machine } from "../../../contract/portal.ts";
import type { Clock } from "../../dial/clock.ts";
import type { BookOwner, KeptBook, KeptMachine } from "./book-file.ts";
import { keptMachine, readBook, writeBook } from "./book-file.ts";
import type { BookMarks } from "./book-marks.ts";

export interface BookOptions {
  readonly owner: BookOwner;
  readonly path: string;
  readonly marks: BookMarks;
  readonly clock: Clock;
  readonly onFault: (error: unknown) => void;
  /** What is known of this machine changed. */
  readonly onChange: (machine: string) => void;
}

/** A first list is put on the disk soon; after that presence changes all the time, and the disk can wait. */
const soonMs = 2000;
const laterMs = 60_000;

/** The machines of one person at one portal, in memory and on the disk. */
export class Book {
  readonly owner: BookOwner;
  readonly marks: BookMarks;
  readonly #options: BookOptions;
  readonly #machines: Map<string, KeptMachine>;
  #from: string | null;
  #isFresh = false;
  #cancelWrite: (() => void) | null = null;
  #writing: Promise<void> = Promise.resolve();

  private constructor(options: BookOptions, kept: KeptBook | null) {
    this.#options = options;
    this.owner = options.owner;
    this.marks = options.marks;
    this.#machines = kept?.machines ?? new Map();
    this.#from = kept?.from ?? null;
  }

  static async open(options: BookOptions): Promise<Book> {
    return new Book(options, await readBook(options.path, options.owner));
  }

  /** Null while it is as the portal says now; else when it last was. */
  get from(): string | null {
    return this.#isFresh ? null : this.#from;
  }

  get isFresh(): boolean {
    return this.#isFresh;
  }

  /** Whether the portal's list was ever read to its end. */
  get isWhole(): boolean {
    return this.#isFresh || this.#from !== null;
  }

  get ids(): Iterable<string> {
    return this.#machines.keys();
  }

  has(machine: string): boolean {
    return this.#machines.has(machine);
  }

  get(machine: string): Machine | undefined {
    const kept = this.#machines.get(machine);
    return kept && read(kept);
  }

  entry(machine: string): BookEntry | undefined {
    const found = this.get(machine);
    if (found === undefined) return undefined;
    const { mark, lastUsed } = this.marks.get(machine);
    return { machine: found, mark: { ...mark }, lastUsed };
  }

  *all(): Iterable<Machine> {
    for (const kept of this.#machines.values()) yield read(kept);
  }

  /** By id, or by a name that only one machine has. */
  find(wanted: string): Machine | undefined {
    if (this.#machines.has(wanted)) return this.get(wanted);
    const name = wanted.toLowerCase();
    const named = [...this.#machines.values()].filter((kept) => kept.name.toLowerCase() === name);
    const exact = named.filter((kept) => kept.name === wanted);
    const [found, second] = exact.length > 0 ? exact : named;
    return found === undefined || second !== undefined ? undefined : read(found);
  }

  put(machine: Machine): void {
    const kept = keptMachine(machine);
    if (this.#machines.get(machine.id)?.text === kept.text) return;
    this.#machines.set(machine.id, kept);
    this.#changed(machine.id);
  }

  remove(machine: string): void {
    if (this.#machines.delete(machine)) this.#changed(machine);
  }

  /** The list was read to its end, and events keep it as it is at the portal. */
  freshen(): void {
    const first = !this.isWhole;
    this.#isFresh = true;
    this.#writeIn(first ? soonMs : laterMs);
  }

  /** What changes at the portal from now on is not heard. */
  age(): void {
    if (!this.#isFresh) return;
    this.#isFresh = false;
    this.#from = this.#now();
    this.#writeIn(laterMs);
  }

  async mark(machine: string, mark: MachineMark): Promise<void> {
    const kept = this.marks.set(machine, { mark: { ...mark } });
    this.#options.onChange(machine);
    await kept;
  }

  used(machine: string): void {
    this.marks.set(machine, { lastUsed: this.#now() }).catch(this.#options.onFault);
    this.#options.onChange(machine);
  }

  /** Resolves when everything so far is on the disk, or could not be put there. */
  async written(): Promise<void> {
    if (this.#cancelWrite !== null) this.#write();
    await Promise.all([this.#writing, this.marks.written()]);
  }

  #changed(machine: string): void {
    this.#writeIn(laterMs);
    this.#options.onChange(machine);
  }

  #writeIn(delayMs: number): void {
    if (delayMs === soonMs) this.#cancelWrite?.();
    else if (this.#cancelWrite !== null) return;
    this.#cancelWrite = this.#options.clock.after(delayMs, () => this.#write());
  }

  /** One after the other; what changes while one is on its way has its own turn coming. */
  #write(): void {
    this.#cancelWrite?.();
    this.#cancelWrite = null;
    const { path, onFault } = this.#options;
    this.#writing = this.#writing.then(async () => {
      if (!this.isWhole) return; // half a list would pass for the whole after a restart
      const from = this.#isFresh ? this.#now() : this.#from;
      await writeBook(path, this.owner, { from, machines: this.#machines }).catch((error: unknown) => {
        onFault(`address book: ${failureOf(error).detail}`);
      });
    });
  }

  #now(): string {
    return new Date(this.#options.clock.nowMs()).toISOString();
  }
}

function read({ text }: KeptMachine): Machine {
  return JSON.parse(text);
}
