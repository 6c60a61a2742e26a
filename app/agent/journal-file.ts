import { constants } from "node:fs";
import type { FileHandle } from "node:fs/promises";
import { mkdir, open, readFile } from "node:fs/promises";
import { dirname } from "node:path";
import type { Static } from "typebox";
import { Type } from "typebox";
import { JournalEntry } from "../../contract/agent.ts";
import { Cause } from "../../contract/causes.ts";
import { closed, decoder, nullable } from "../../contract/decoder.ts";
import { Bytes, Time, text } from "../../contract/values.ts";
import { writeWhole } from "./atomic-file.ts";

/** One line of the journal: something began, something ended. */
export const JournalLine = Type.Union([
  closed({ type: Type.Literal("began"), entry: JournalEntry }),
  closed({
    type: Type.Literal("ended"),
    id: text(100),
    until: Time,
    received: Bytes,
    sent: Bytes,
    ended: nullable(Cause),
  }),
]);
export type JournalLine = Static<typeof JournalLine>;
const decodeLine = decoder("journal", JournalLine);

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
  async read(): Promise<readonly JournalEntry[]> {
    await this.written();
    const entries = new Map<string, JournalEntry>();
    for (const line of [...parse(await readFile(this.#path, "utf8").catch(() => "")), ...this.#waiting]) {
      if (line.type === "began") entries.set(line.entry.id, line.entry);
      else {
        const { type: _, id, ...end } = line;
        const entry = entries.get(id);
        if (entry) entries.set(id, { ...entry, ...end });
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
  async compact(): Promise<readonly JournalEntry[]> {
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

function toText(entries: readonly JournalEntry[]): string {
  return entries.map((entry) => `${JSON.stringify({ type: "began", entry })}\n`).join("");
}
