import type { BookEntry } from "../../../contract/agent.ts";
import { CauseError } from "../../../contract/causes.ts";
import type { AgentClient } from "../../face/agent-client.ts";
import { nameArgument } from "../arguments.ts";
import type { Context } from "../context.ts";
import { ask } from "../context.ts";
import type { ExitCode } from "../exit-codes.ts";
import { exitCodes } from "../exit-codes.ts";
import { Stop } from "../failure.ts";

export interface FavouriteOptions {
  readonly remove?: true;
}

/** `anslut favourite MACHINE [--remove]`. */
export async function favourite(context: Context, given: string, options: FavouriteOptions): Promise<ExitCode> {
  const { screen, texts } = context;
  const machine = nameArgument(given);
  context.know({ machine });
  const client = await context.agent();
  const { entries } = await readBook(context, client);
  const entry = find(entries, machine);
  const mark = { ...entry.mark, favourite: options.remove !== true };
  await ask(context, client, { type: "mark", machine: entry.machine.id, mark });
  screen.result({ machine: entry.machine.id, mark });
  const { name } = entry.machine;
  screen.line(texts.say(mark.favourite ? "cli.favourite.kept" : "cli.favourite.removed", { machine: name }));
  return exitCodes.ok;
}

function find(entries: readonly BookEntry[], wanted: string): BookEntry {
  const byId = entries.find(({ machine }) => machine.id === wanted);
  if (byId !== undefined) return byId;
  const named = entries.filter(({ machine }) => machine.name.toLowerCase() === wanted.toLowerCase());
  const exact = named.filter(({ machine }) => machine.name === wanted);
  const [found, second] = exact.length > 0 ? exact : named;
  if (found === undefined) throw new CauseError("machineUnknown", wanted);
  if (second !== undefined) throw new Stop("badRequest", "severalMachines", { given: wanted });
  return found;
}

/** A first list that has not come by then does not come now, in milliseconds. */
const patienceMs = 20_000;

/** The whole address book, from the agent's memory; also without the portal. */
export async function readBook(
  context: Context,
  client: AgentClient,
): Promise<{ readonly entries: readonly BookEntry[]; readonly from: string | null }> {
  const entries = new Map<string, BookEntry>();
  let from: string | null = null;
  let isWhole = false;
  const enough = new AbortController();
  const late = AbortSignal.timeout(patienceMs);
  const request = client.request(
    { type: "followMachines" },
    {
      signal: AbortSignal.any([context.signal, enough.signal, late]),
      onPart: (part) => {
        if (part.whole) entries.clear();
        for (const entry of part.entries) entries.set(entry.machine.id, entry);
        for (const id of part.removed) entries.delete(id);
        ({ from } = part);
        if (part.more) return;
        isWhole = true;
        enough.abort();
      },
    },
  );
  await request.catch((error: unknown) => {
    if (late.aborted && !isWhole) throw new CauseError("noWay", "the list of machines has not come yet");
    if (!isWhole) throw error;
  });
  return { entries: [...entries.values()], from };
}
