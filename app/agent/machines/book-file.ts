import { open } from "node:fs/promises";
import { setImmediate as turn } from "node:timers/promises";
import type { Static } from "typebox";
import { Type } from "typebox";
import { closed, decoder, nullable } from "../../../contract/decoder.ts";
import type { Machine } from "../../../contract/portal.ts";
import { decodeMachine } from "../../../contract/portal.ts";
import { Host, Name, Time } from "../../../contract/values.ts";
import { writeWhole } from "../files/atomic-file.ts";

/** Whose address book it is. */
export const BookOwner = closed({ portal: Host, account: Name, user: Name });
export type BookOwner = Static<typeof BookOwner>;

const BookHead = closed({
  version: Type.Literal(1),
  owner: BookOwner,
  /** When the portal last said all of it; null: it never came to the end. */
  from: nullable(Time),
});
const decodeHead = decoder("book", BookHead);

/** A machine as it lies in memory, 20,000 of them in some 10 MB: JSON, and its name to find it by. */
export interface KeptMachine {
  readonly name: string;
  readonly text: string;
}

export interface KeptBook {
  readonly from: string | null;
  readonly machines: Map<string, KeptMachine>;
}

/** A machine as it is kept: one line, also to those who take U+2028 for the end of one (Node's readline). */
export function keptMachine(machine: Machine): KeptMachine {
  const text = JSON.stringify(machine).replaceAll("\u2028", "\\u2028").replaceAll("\u2029", "\\u2029");
  return { name: machine.name, text };
}

/** So many lines are worked on before somebody else gets a turn: some milliseconds. */
const linesAtOnce = 500;

/**
 * Reads the machines of an address book: JSON lines, the first one says whose and of when. Null: there is none, or it is somebody
 * else's. A line that cannot be read is passed over: the portal has it.
 */
export async function readBook(path: string, owner: BookOwner): Promise<KeptBook | null> {
  const file = await open(path).catch(() => null);
  if (file === null) return null;
  try {
    const machines: KeptBook["machines"] = new Map();
    let from: string | null | undefined;
    let count = 0;
    for await (const line of file.readLines()) {
      if (from === undefined) {
        const head = decodeHead(JSON.parse(line));
        if (!isSameOwner(head.owner, owner)) return null;
        ({ from } = head);
      } else {
        const machine = parsed(line);
        if (machine) machines.set(machine.id, { name: machine.name, text: line });
        if (++count % linesAtOnce === 0) await turn();
      }
    }
    return from === undefined ? null : { from, machines };
  } catch {
    return null; // cut short, or of another version
  } finally {
    await file.close().catch(() => undefined);
  }
}

/** Writes it whole, a part at a time: nobody waits for it. Throws `diskFault`. */
export async function writeBook(path: string, owner: BookOwner, book: KeptBook): Promise<void> {
  await writeWhole(path, linesOf(owner, book));
}

async function* linesOf(owner: BookOwner, { from, machines }: KeptBook): AsyncGenerator<string> {
  yield `${JSON.stringify({ version: 1, owner, from })}\n`;
  let part = "";
  let count = 0;
  for (const { text } of machines.values()) {
    part += `${text}\n`;
    if (++count % linesAtOnce !== 0) continue;
    yield part;
    part = "";
    await turn();
  }
  yield part;
}

export function isSameOwner(left: BookOwner, right: BookOwner): boolean {
  return left.portal === right.portal && left.account === right.account && left.user === right.user;
}

function parsed(line: string) {
  try {
    return decodeMachine(JSON.parse(line));
  } catch {
    return undefined;
  }
}
