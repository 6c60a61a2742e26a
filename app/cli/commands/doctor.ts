import { writeFile } from "node:fs/promises";
import type { Check } from "../../../contract/agent.ts";
import { CauseError } from "../../../contract/causes.ts";
import { closedWay } from "../../core/closed-way.ts";
import { hostArgument } from "../arguments.ts";
import type { Context } from "../context.ts";
import { askFor } from "../context.ts";
import type { ExitCode } from "../exit-codes.ts";
import { exitCodeOf, exitCodes } from "../exit-codes.ts";
import { padded, wrapped } from "../table.ts";
import { causeTexts } from "../texts.ts";

export interface DoctorOptions {
  readonly page?: string;
}

/** `anslut doctor [PORTAL]`: each check as it ends, then what it comes to. */
export async function doctor(context: Context, given: string | undefined, options: DoctorOptions): Promise<ExitCode> {
  const { screen, texts } = context;
  const portal = given === undefined ? null : hostArgument(given);
  const client = await context.agent();
  const known = { portal: portal ?? client.state.identity?.portal };
  const request = { type: "doctor", portal, language: texts.language } as const;
  const onCheck = (check: Check) => showCheck(context, check, known.portal);
  const { diagnosis } = await askFor(context, client, request, "diagnosis", { onCheck });
  screen.result({ diagnosis });
  screen.line();
  if (diagnosis.verdict === null) screen.line(screen.styled("good", texts.say("cli.doctor.good")));
  else {
    const { headline, advice } = causeTexts(texts, diagnosis.verdict, known);
    screen.line(screen.styled("bad", headline));
    for (const line of wrapped(advice, screen.width - 2)) screen.line(`  ${line}`);
  }
  for (const { host, port, through } of diagnosis.ask) {
    const way = `TCP ${host}:${port}`;
    screen.line(`  ${through === null ? way : texts.say("cli.endpoint.proxy", { way, proxy: through })}`);
  }
  if (options.page !== undefined) await writePage(context, options.page, diagnosis.page);
  else if (diagnosis.ask.length > 0) screen.line(texts.say("cli.next", { command: "anslut doctor --page FILE" }));
  return diagnosis.verdict === null ? exitCodes.ok : exitCodeOf(diagnosis.verdict);
}

function showCheck({ screen, texts }: Context, check: Check, portal: string | undefined): void {
  const style = check.outcome === "good" ? "good" : check.outcome === "bad" ? "bad" : "warn";
  const words = (["good", "bad", "unknown"] as const).map((outcome) => texts.say(`checks.outcome.${outcome}`));
  const width = Math.max(...words.map((word) => word.length));
  const outcome = screen.styled(style, padded(texts.say(`checks.outcome.${check.outcome}`), width));
  const found = foundText(texts, check, portal);
  const why = found === null ? "" : `: ${found}`;
  const subject = check.subject === "-" ? "" : ` ${check.subject}`;
  const elapsed = check.elapsedMs === 0 ? "" : ` (${check.elapsedMs} ms)`;
  screen.line(`${outcome}  ${texts.say(`checks.name.${check.check}`)}${subject}${elapsed}${why}`);
}

function foundText(texts: Context["texts"], check: Check, portal: string | undefined): string | null {
  const closed = closedWay(check);
  if (closed !== null) return texts.say(`checks.closed.${closed}`);
  return check.cause === null ? null : causeTexts(texts, check.cause, { portal }).headline;
}

async function writePage({ screen, texts }: Context, path: string, page: string): Promise<void> {
  if (path === "-") return screen.line(page);
  await writeFile(path, page.endsWith("\n") ? page : `${page}\n`).catch((error: Error) => {
    throw new CauseError("diskFault", error.message);
  });
  screen.line(texts.say("cli.doctor.written", { path }));
}
