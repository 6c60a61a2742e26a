import { closeSync, fstatSync, mkdirSync, openSync, renameSync, writeSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { dirname } from "node:path";
import type { Logger } from "pino";
import pino from "pino";
import { redactedPaths, redactText } from "./redaction.ts";

const maxFileBytes = 2_000_000;

export interface AgentLog {
  readonly logger: Logger;
  /** The last lines of this and the previous file, oldest first, as `time level text`. */
  lines(limit: number): Promise<readonly LogLine[]>;
  close(): void;
}

export interface LogLine {
  readonly atMs: number;
  readonly text: string;
}

/** The agent's log: JSON lines in a file of this user alone, redacted, rotated once at 2 MB (the old one is `<path>.1`). */
export function openLog(path: string): AgentLog {
  const file = new RotatingFile(path);
  const logger = pino(
    {
      base: null,
      level: "debug",
      redact: { paths: [...redactedPaths], censor: "[removed]" },
      timestamp: pino.stdTimeFunctions.isoTime,
      formatters: { level: (label) => ({ level: label }) },
    },
    { write: (line: string) => file.write(redactText(line)) },
  );
  return { logger, lines: (limit) => readLines(path, limit), close: () => file.close() };
}

class RotatingFile {
  readonly #path: string;
  #descriptor: number | undefined;
  #size = 0;

  constructor(path: string) {
    this.#path = path;
  }

  // A full disk must not stop the agent: what cannot be logged is not logged.
  write(line: string): void {
    try {
      this.#descriptor ??= this.#open();
      this.#size += writeSync(this.#descriptor, line);
      if (this.#size > maxFileBytes) this.#rotate();
    } catch {
      this.close();
    }
  }

  close(): void {
    if (this.#descriptor !== undefined) closeSync(this.#descriptor);
    this.#descriptor = undefined;
  }

  #open(): number {
    mkdirSync(dirname(this.#path), { recursive: true, mode: 0o700 });
    const descriptor = openSync(this.#path, "a", 0o600);
    this.#size = fstatSync(descriptor).size;
    return descriptor;
  }

  #rotate(): void {
    this.close();
    renameSync(this.#path, `${this.#path}.1`);
  }
}

async function readLines(path: string, limit: number): Promise<readonly LogLine[]> {
  const texts = await Promise.all([`${path}.1`, path].map((file) => readFile(file, "utf8").catch(() => "")));
  return texts
    .join("")
    .split("\n")
    .filter((line) => line !== "")
    .slice(-limit)
    .map(shown);
}

function shown(line: string): LogLine {
  try {
    const { time, level, msg, ...rest } = JSON.parse(line) as Record<string, unknown>;
    const more = Object.keys(rest).length === 0 ? "" : ` ${JSON.stringify(rest)}`;
    const atMs = Date.parse(String(time));
    return { atMs: Number.isNaN(atMs) ? 0 : atMs, text: `${time} ${level} agent: ${msg ?? ""}${more}`.slice(0, 4000) };
  } catch {
    return { atMs: 0, text: line.slice(0, 4000) };
  }
}
