import { textArgument } from "../arguments.ts";
import type { Context } from "../context.ts";
import { ask, askFor } from "../context.ts";
import type { ExitCode } from "../exit-codes.ts";
import { exitCodes } from "../exit-codes.ts";
import { Stop } from "../failure.ts";

/** `anslut note ENTRY|last TEXT`: what was done, written down afterwards. */
export async function note(context: Context, given: string, words: readonly string[]): Promise<ExitCode> {
  const { screen, texts } = context;
  const text = textArgument(words.join(" "), 4000);
  const client = await context.agent();
  const { entries } = await askFor(context, client, { type: "history", where: "here", limit: 500 }, "journal");
  const found = entries.find(({ id, kind }) => id === given || (given === "last" && kind === "connection"));
  if (found === undefined) throw new Stop("notFound", "noEntry", { given });
  await ask(context, client, { type: "annotate", entry: found.id, note: text });
  screen.result({ entry: found.id, note: text });
  const { machine } = found;
  screen.line(machine === null ? texts.say("cli.note.tunnel") : texts.say("cli.note.done", { machine }));
  if (machine !== null && client.state.identity === null) screen.line(texts.say("cli.note.later"));
  return exitCodes.ok;
}
