import { constants } from "node:fs";
import type { FileHandle } from "node:fs/promises";
import { mkdir, open, readFile } from "node:fs/promises";
import { dirname } from "node:path";
import type { Static } from "typebox";
import { Type } from "typebox";
import { JournalEntry } from "../../../contract/agent.ts";
import { closed, decoder, nullable } from "../../../contract/decoder.ts";
import { Cause } from "../../../contract/failure.ts";
import { Bytes, Time, text } from "../../../contract/values.ts";
import { writeWhole } from "../files/atomic-file.ts";

const { note, delivered, ...since } = JournalEntry.properties;
const id = text(200);

/** One line of the journal: something began, ended, was written beside it, or reached the portal. */
export const JournalLine = Type.Union([
  closed({
    type: Type.Literal("began"),
    // Lines of a version without notes have neither.
    entry: closed({ ...since, note: Type.Optional(note), delivered: Type.Optional(delivered) }),
  }),
  closed({ type: Type.Literal("ended"), id, until: Time, received: Bytes, sent: Bytes, ended: nullable(Cause) }),
  closed({ type: Type.Literal("noted"), id, note }),
  /** The portal has the end. `cause`: it will never take it. */
  closed({ type: Type.Literal("endDelivered"), id, cause: nullable(Cause) }),
  /** The portal has this note. */
  closed({ type: Type.Literal("noteDelivered"), id, note, cause: nullable(Cause) }),
]);
export type JournalLine = Static<typeof JournalLine>;
const decodeLine = decoder("journal", JournalLine);

/** An entry, and what of it the portal has or refused for good. */
export interface KeptEntry {
  readonly entry: JournalEntry;
  /** `no`: still to be told. */
  readonly end: "no" | "delivered" | "refused";
  /** The note that was told last; the entry's own once nothing is left to be told. */
  readonly toldNote: string;
  readonly note: "delivered" | "refused";
}

/** What a line makes of an entry; the same on the disk and in memory. */
export function withLine(kept: KeptEntry, line: Exclude<JournalLine, { readonly type: "began" }>): KeptEntry {
  switch (line.type) {
    case "ended": {
      const { type: _, id: _id, ...end } = line;
      return judged({ ...kept, entry: { ...kept.entry, ...end } });
    }
    case "noted":
      return judged({ ...kept, entry: { ...kept.entry, note: line.note } });
    case "endDelivered":
      return judged({ ...kept, end: line.cause === null ? "delivered" : "refused" });
    case "noteDelivered":
      return judged({ ...kept, toldNote: line.note, note: line.cause === null ? "delivered" : "refused" });
  }
}

/** A fresh entry. One of a version that told the portal nothing is not told now: years of history would be. */
export function keptOf(entry: Extract<JournalLine, { readonly type: "began" }>["entry"]): KeptEntry {
  const { note: written = "", delivered: isDelivered = true } = entry;
  return judged({
    entry: { ...entry, note: written, delivered: isDelivered },
    end: isDelivered ? "delivered" : "no",
    toldNote: isDelivered ? written : "",
    note: "delivered",
  });
}

/** Whether anything is left to be told: the end of a connection, or a note. Of tunnels the portal keeps no history. */
export function isOwed({ entry, end, toldNote }: KeptEntry): boolean {
  return entry.kind === "connection" && ((entry.until !== null && end === "no") || entry.note !== toldNote);
}

function judged(kept: KeptEntry): KeptEntry {
  const { entry, end, note: noted } = kept;
  const delivered = entry.kind === "tunnel" || (!isOwed(kept) && end === "delivered" && noted === "delivered");
  return { ...kept, entry: { ...entry, delivered } };
}

const maxEntries = 5000;

/**
 * The journal on disk: JSON lines, appended and synced, so that a crash costs at most the line it met. Half a line at the end is
 * passed over when reading and closed by the next append. What a full disk did not take waits for the next append; a line that
 * gets there twice by that counts once.
 */
export class JournalFile {
  readonly #path: string;
  #writing: Promise<void> = Promise.resolve();
  readonly #waiting: JournalLine[] = [];

  constructor(path: string) {
    this.#path = path;
  }

  /** All entries, oldest first; those without an `ended` line are open. */
  async read(): Promise<readonly KeptEntry[]> {
    await this.written();
    const entries = new Map<string, KeptEntry>();
    for (const line of [...parse(await readFile(this.#path, "utf8").catch(() => "")), ...this.#waiting]) {
      if (line.type === "began") entries.set(line.entry.id, keptOf(line.entry));
      else {
        const kept = entries.get(line.id);
        if (kept) entries.set(line.id, withLine(kept, line));
      }
    }
    return [...entries.values()];
  }

  /** Resolves when everything appended so far is on the disk, or could not be put there. */
  async written(): Promise<void> {
    await this.flush().catch(() => undefined);
  }

  /** Appends a line and syncs it. */
  append(line: JournalLine): Promise<void> {
    this.#waiting.push(line);
    return this.flush();
  }

  /** Puts what waits on the disk. */
  flush(): Promise<void> {
    const written = this.#writing.catch(() => undefined).then(() => this.#write());
    this.#writing = written;
    return written;
  }

  /** Rewrites the file with its last entries when it has grown; returns them all. */
  async compact(): Promise<readonly KeptEntry[]> {
    const entries = await this.read();
    if (entries.length <= maxEntries) return entries;
    const kept = entries.slice(-maxEntries / 2);
    const older = entries.slice(0, -maxEntries / 2);
    await writeWhole(`${this.#path}.1`, toText(older));
    await writeWhole(this.#path, toText(kept));
    return kept;
  }

  async #write(): Promise<void> {
    const lines = [...this.#waiting];
    if (lines.length === 0) return;
    await mkdir(dirname(this.#path), { recursive: true, mode: 0o700 });
    const file = await open(this.#path, constants.O_RDWR | constants.O_CREAT | constants.O_APPEND, 0o600);
    try {
      const start = (await endsWhole(file)) ? "" : "\n";
      await file.appendFile(`${start}${lines.map((line) => `${JSON.stringify(line)}\n`).join("")}`);
      await file.datasync();
      this.#waiting.splice(0, lines.length);
    } finally {
      await file.close();
    }
  }
}

async function endsWhole(file: FileHandle): Promise<boolean> {
  const { size } = await file.stat();
  if (size === 0) return true;
  const { buffer } = await file.read(Buffer.alloc(1), 0, 1, size - 1);
  return buffer[0] === 10;
}

function parse(content: string): readonly JournalLine[] {
  return content.split("\n").flatMap((line) => {
    try {
      return line === "" ? [] : [decodeLine(JSON.parse(line))];
    } catch {
      return []; // half a line of a crash
    }
  });
}

function toText(entries: readonly KeptEntry[]): string {
  return entries
    .flatMap(linesOf)
    .map((line) => `${JSON.stringify(line)}\n`)
    .join("");
}

/** The lines that make this entry again. */
function linesOf(kept: KeptEntry): readonly JournalLine[] {
  const { entry, end, toldNote, note: noted } = kept;
  const began: JournalLine = { type: "began", entry };
  if (entry.delivered) return [began];
  const refused = "notFound";
  return [
    began,
    ...(end === "no"
      ? []
      : ([{ type: "endDelivered", id: entry.id, cause: end === "refused" ? refused : null }] as const)),
    ...(toldNote === "" && noted === "delivered"
      ? []
      : ([
          { type: "noteDelivered", id: entry.id, note: toldNote, cause: noted === "refused" ? refused : null },
        ] as const)),
  ];
}
