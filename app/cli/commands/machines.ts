import type { Machine } from "../../../contract/portal.ts";
import type { AgentClient } from "../../face/agent-client.ts";
import { textArgument } from "../arguments.ts";
import type { Context } from "../context.ts";
import { askFor } from "../context.ts";
import type { ExitCode } from "../exit-codes.ts";
import { exitCodes } from "../exit-codes.ts";
import { timeText } from "../quantities.ts";
import { cut, tableRows } from "../table.ts";
import { connectionText } from "../wording.ts";
import { readBook } from "./favourite.ts";

export interface MachinesOptions {
  readonly all?: true;
  readonly favourites?: true;
}

/** Machines that a terminal shows without `--all`. */
const shownAtOnce = 50;
const pageSize = 500;
/** More pages than that is no list for people any more. */
const maxPages = 40;

/** `anslut machines [search]`: online first, then by name. */
export async function machines(
  context: Context,
  words: readonly string[],
  options: MachinesOptions,
): Promise<ExitCode> {
  const { screen, texts } = context;
  const search = textArgument(words.join(" "), 200);
  const client = await context.agent();
  const found = options.favourites ? await favourites(context, client, search) : await readAll(context, client, search);
  const sorted = found.machines.toSorted(
    (a, b) => Number(b.online) - Number(a.online) || a.name.localeCompare(b.name, texts.language, { numeric: true }),
  );
  screen.result({ machines: sorted, total: found.total, from: found.from });
  if (found.from !== null) {
    const since = timeText(found.from, context.now());
    screen.note(screen.noteStyled("warn", texts.say("cli.machines.old", { since })));
  }
  if (sorted.length === 0) {
    const none = options.favourites ? "cli.machines.noFavourites" : "cli.machines.none";
    screen.line(texts.say(search === "" ? none : "cli.machines.noneFound", { search }));
    if (options.favourites) screen.line(texts.say("cli.next", { command: "anslut favourite MACHINE" }));
    return exitCodes.ok;
  }
  const shown = screen.redraws && options.all !== true ? sorted.slice(0, shownAtOnce) : sorted;
  const columns = ["name", "state", "where", "networks", "present"] as const;
  const head = columns.map((column) => texts.say(`cli.machines.head.${column}`));
  const rows = tableRows(
    head,
    shown.map((machine) => machineRow(context, client, machine)),
  );
  for (const [index, row] of rows.entries()) {
    const line = screen.redraws ? cut(row, screen.width) : row;
    screen.line(index === 0 ? screen.styled("dim", line) : highlighted(context, line, search));
  }
  if (sorted.length > shown.length) {
    screen.line(texts.say("cli.machines.more", { count: sorted.length - shown.length }));
  }
  return exitCodes.ok;
}

/** Those kept at hand, from the address book: also without the portal. */
async function favourites(context: Context, client: AgentClient, search: string) {
  const { entries, from } = await readBook(context, client);
  const words = search
    .toLowerCase()
    .split(" ")
    .filter((word) => word !== "");
  const machines = entries
    .filter(({ mark }) => mark.favourite)
    .map(({ machine }) => machine)
    .filter(({ name, customer, place }) => {
      const text = [name, customer, place].join(" ").toLowerCase();
      return words.every((word) => text.includes(word));
    });
  return { machines, total: machines.length, from };
}

async function readAll(context: Context, client: AgentClient, search: string) {
  const read = (after: string | null) =>
    askFor(context, client, { type: "machines", search, limit: pageSize, after }, "machines");
  let { page, from } = await read(null);
  const all = [...page.machines];
  for (let pages = 1; page.after !== null && pages < maxPages; pages++) {
    ({ page, from } = await read(page.after));
    all.push(...page.machines);
  }
  return { machines: all, total: page.total, from };
}

function machineRow(context: Context, client: AgentClient, machine: Machine): readonly string[] {
  const { texts } = context;
  const connection = client.state.connections.find((candidate) => candidate.machine === machine.id);
  const idle = machine.online
    ? texts.say("states.machine.idle")
    : machine.lastSeen === null
      ? texts.say("states.machine.offline")
      : texts.say("cli.machines.offlineSince", { since: timeText(machine.lastSeen, context.now()) });
  const networks = machine.networks.map(({ network, standIn }) =>
    standIn === null ? network : `${network} → ${standIn}`,
  );
  return [
    machine.name,
    connection === undefined ? idle : connectionText(connection, texts),
    [machine.customer, machine.place].filter((part) => part !== "").join(", "),
    networks.join(", "),
    machine.present.join(", "),
  ];
}

/** What was searched for stands out where it was found. */
function highlighted({ screen, texts }: Context, line: string, search: string): string {
  const lower = line.toLocaleLowerCase(texts.language);
  const at = search === "" ? -1 : lower.indexOf(search.toLocaleLowerCase(texts.language));
  // A few letters change their length with their case: then nothing is marked rather than the wrong thing.
  if (at < 0 || lower.length !== line.length) return line;
  const end = at + search.length;
  return line.slice(0, at) + screen.styled("bold", line.slice(at, end)) + line.slice(end);
}
