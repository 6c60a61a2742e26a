import { createHash } from "node:crypto";
import { join } from "node:path";
import type { Static } from "typebox";
import { Type } from "typebox";
import type { BookPart, MachineMark } from "../../../contract/agent.ts";
import { CauseError } from "../../../contract/causes.ts";
import { closed, decoder, nullable } from "../../../contract/decoder.ts";
import type { Machine, MachinePage } from "../../../contract/portal.ts";
import { reconnectDelayMs } from "../../core/backoff.ts";
import type { Model } from "../../core/model.ts";
import type { Clock } from "../../dial/clock.ts";
import { wait } from "../../dial/clock.ts";
import { KeptFile } from "../files/kept-file.ts";
import type { PortalLink } from "../portal/portal-link.ts";
import type { Store } from "../store.ts";
import { Book } from "./book.ts";
import { BookOwner, isSameOwner } from "./book-file.ts";
import { BookFollower } from "./book-follower.ts";
import { BookMarks } from "./book-marks.ts";
import { searchBook } from "./book-search.ts";

const LastOwner = closed({ version: Type.Literal(1), last: nullable(BookOwner) });
type LastOwner = Static<typeof LastOwner>;
const decodeLastOwner = decoder("books", LastOwner);

export interface AddressBookOptions {
  readonly folder: string;
  readonly store: Store;
  readonly clock: Clock;
  readonly random: () => number;
  readonly onFault: (error: unknown) => void;
  readonly onMoved: (detail: string) => void;
}

const pageSize = 500;
/** More than any portal has: one that never comes to an end must not fill our memory. */
const mostMachines = 200_000;
const pageTimeoutMs = 30_000;

/**
 * All machines of whoever is signed in, or was last: fetched once, kept by the portal's events, and there without the portal, too.
 * Marks (favourites, notes, contacts) are the person's and live on this computer alone.
 */
export class AddressBook {
  readonly #options: AddressBookOptions;
  readonly #lastOwner: KeptFile<LastOwner>;
  readonly #followers = new Set<BookFollower>();
  #book: Book | null = null;
  #opening: Promise<void> = Promise.resolve();
  /** What events said since the present fetch began: newer than its pages. */
  #touched = new Set<string>();
  #fetch: AbortController | null = null;
  /** Whether this agent has read the list to its end: events have kept it since. */
  #isKnown = false;
  #isHeard = false;

  private constructor(options: AddressBookOptions, lastOwner: KeptFile<LastOwner>) {
    this.#options = options;
    this.#lastOwner = lastOwner;
    options.store.observe((after, before) => this.#observe(after, before));
  }

  static async open(options: AddressBookOptions): Promise<AddressBook> {
    const path = join(options.folder, "last.json");
    const initial: LastOwner = { version: 1, last: null };
    const { onMoved } = options;
    return new AddressBook(options, await KeptFile.open({ path, decode: decodeLastOwner, initial, onMoved }));
  }

  /** The portal's events arrive (again). `before`: whether there may have been some that nobody heard. */
  async heard(link: PortalLink, before: "gap" | "whole"): Promise<void> {
    this.#isHeard = true;
    const book = await this.#ready();
    if (book === null || book.owner.portal !== link.host) return;
    if (before === "gap" || !this.#isKnown) this.#refresh(book, link);
    else {
      book.freshen();
      this.#tell(null);
    }
  }

  /** The portal's events do not arrive. Its list may come through nevertheless: an office's proxy that holds streams back. */
  async unheard(link: PortalLink): Promise<void> {
    this.#grow();
    const book = await this.#ready();
    if (book === null || book.owner.portal !== link.host) return;
    if (!this.#isKnown && this.#fetch === null) this.#refresh(book, link);
  }

  async changed(machine: Machine): Promise<void> {
    const book = await this.#ready();
    this.#touched.add(machine.id);
    book?.put(machine);
  }

  async removed(machine: string): Promise<void> {
    const book = await this.#ready();
    this.#touched.add(machine);
    book?.remove(machine);
  }

  /** A machine by id, or by a name of its own; only while the book is as the portal says now. */
  find(wanted: string): Machine | undefined {
    return this.#book?.isFresh ? this.#book.find(wanted) : undefined;
  }

  /** What the book says while the portal cannot be asked; null: it never was read whole. */
  async page(query: {
    readonly search: string;
    readonly limit: number;
    readonly after: string | null;
  }): Promise<{ readonly page: MachinePage; readonly from: string | null } | null> {
    const book = await this.#ready();
    if (!book?.isWhole) return null;
    return { page: searchBook(book.all(), query), from: book.from };
  }

  /** Throws `signedOut` where there is no book yet, `machineUnknown`, `diskFault`. */
  async mark(machine: string, mark: MachineMark): Promise<void> {
    const book = await this.#ready();
    if (book === null) throw new CauseError("signedOut", "no address book yet");
    if (!book.has(machine) && !book.marks.has(machine)) throw new CauseError("machineUnknown", machine);
    await book.mark(machine, mark);
  }

  /** Sends all that is known, then what changes, until the signal. Throws `cancelled` then. */
  async follow(send: (part: BookPart) => Promise<void>, signal: AbortSignal): Promise<never> {
    const follower = new BookFollower();
    follower.turnTo(await this.#ready());
    this.#followers.add(follower);
    try {
      return await follower.run(send, () => this.#awaitsFirst(), signal);
    } finally {
      this.#followers.delete(follower);
    }
  }

  /** Lets go of the portal, and resolves when everything is on the disk. */
  async close(): Promise<void> {
    this.#fetch?.abort();
    await this.#opening;
    this.#grow();
    await Promise.all([this.#book?.written(), this.#lastOwner.written()]);
  }

  #observe(after: Model, before: Model): void {
    const { identity } = after;
    if (identity !== null && identity !== before.identity) void this.#turnTo(identity);
    if (identity === null && before.identity !== null) this.#grow();
    for (const { machine, intent } of after.connections) {
      if (intent === null) continue;
      const known = before.connections.find((connection) => connection.machine === machine);
      if (!known?.intent) void this.#ready().then((book) => book?.used(machine));
    }
  }

  /** The book of whoever signed in; else that of whoever was here last. */
  async #ready(): Promise<Book | null> {
    await this.#opening;
    const { last } = this.#lastOwner.value;
    if (this.#book === null && last !== null) await this.#turnTo(last);
    return this.#book;
  }

  #turnTo(owner: BookOwner): Promise<void> {
    this.#opening = this.#opening.then(() => this.#open(owner)).catch(this.#options.onFault);
    return this.#opening;
  }

  async #open(owner: BookOwner): Promise<void> {
    const before = this.#book;
    if (before !== null && isSameOwner(before.owner, owner)) return;
    const { folder, clock, onFault, onMoved } = this.#options;
    this.#fetch?.abort();
    this.#isKnown = false;
    this.#book = null;
    await before?.written();
    const { portal, account, user } = owner;
    const name = createHash("sha256")
      .update(JSON.stringify([portal, account, user]))
      .digest("hex")
      .slice(0, 32);
    this.#book = await Book.open({
      owner: { portal, account, user },
      path: join(folder, `${name}.jsonl`),
      marks: await BookMarks.open(join(folder, `${name}.marks.json`), onMoved),
      clock,
      onFault,
      onChange: (machine) => this.#tell(machine),
    });
    for (const follower of this.#followers) follower.turnTo(this.#book);
    if (this.#lastOwner.value.last === null || !isSameOwner(this.#lastOwner.value.last, owner)) {
      this.#lastOwner.change(() => ({ version: 1, last: { portal, account, user } })).catch(onFault);
    }
  }

  #tell(machine: string | null): void {
    for (const follower of this.#followers) follower.changed(machine);
  }

  /** Nothing is heard of the portal any more: the book grows old. */
  #grow(): void {
    this.#isHeard = false;
    this.#book?.age();
    this.#tell(null);
  }

  /** Whether a first list is on its way to somebody who has none. */
  #awaitsFirst(): boolean {
    return this.#options.store.model.identity !== null && this.#book?.isWhole !== true;
  }

  #refresh(book: Book, link: PortalLink): void {
    this.#fetch?.abort();
    const fetch = new AbortController();
    this.#fetch = fetch;
    this.#isKnown = false;
    this.#tell(null);
    void this.#fetchAll(book, link, fetch.signal).then(() => {
      if (this.#fetch !== fetch) return;
      this.#fetch = null;
      this.#tell(null);
    });
  }

  /** Goes on until it has all, or is told to stop. */
  async #fetchAll(book: Book, link: PortalLink, signal: AbortSignal): Promise<void> {
    const { clock, random, onFault } = this.#options;
    for (let attempt = 1; !signal.aborted; attempt++) {
      try {
        await this.#fetchOnce(book, link, signal);
        this.#isKnown = true;
        book.freshen();
        if (!this.#isHeard) book.age();
        return;
      } catch (error) {
        if (signal.aborted || !link.hasSession) return;
        onFault(error);
        await wait(clock, reconnectDelayMs(attempt + 1, random()), signal);
      }
    }
  }

  async #fetchOnce(book: Book, link: PortalLink, signal: AbortSignal): Promise<void> {
    this.#touched = new Set();
    const seen = new Set<string>();
    let after: string | null = null;
    do {
      const query: { limit: number; after?: string } = { limit: pageSize };
      if (after !== null) query.after = after;
      const page: MachinePage = await link.client.machines(
        query,
        AbortSignal.any([signal, AbortSignal.timeout(pageTimeoutMs)]),
      );
      signal.throwIfAborted();
      for (const machine of page.machines) {
        seen.add(machine.id);
        if (!this.#touched.has(machine.id)) book.put(machine);
      }
      after = page.after;
      if (seen.size > mostMachines) throw new CauseError("portalFault", "the list of machines does not end");
    } while (after !== null);
    const gone = [...book.ids].filter((id) => !seen.has(id) && !this.#touched.has(id));
    for (const id of gone) book.remove(id);
  }
}
