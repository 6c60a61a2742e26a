import type { Answers } from "../answers.ts";
import { fingerprintArgument } from "../arguments.ts";
import type { Context } from "../context.ts";
import { ask } from "../context.ts";
import { dial as dialNow } from "../dialling.ts";
import type { ExitCode } from "../exit-codes.ts";
import { exitCodes } from "../exit-codes.ts";
import { endpointText } from "../wording.ts";

export interface DialOptions {
  readonly takeOver?: true;
  readonly acceptCertificate?: string;
}

/** The answers that options of `dial` and `connect` hold. */
export function answersOf(options: DialOptions): Answers {
  const { acceptCertificate } = options;
  return {
    takeOver: options.takeOver,
    acceptCertificate: acceptCertificate === undefined ? undefined : fingerprintArgument(acceptCertificate),
  };
}

/** `anslut dial`. */
export async function dial(context: Context, options: DialOptions): Promise<ExitCode> {
  const { screen, texts } = context;
  const answers = answersOf(options);
  const client = await context.agent();
  const { session } = client.state;
  const elapsedMs = session.state === "ready" ? 0 : await dialNow(context, client, answers);
  screen.result({ session: client.state.session, tunnel: client.state.tunnel, elapsedMs });
  if (session.state === "ready") {
    screen.line(texts.say("cli.dial.already", { endpoint: endpointText(session.endpoint, texts) }));
  }
  screen.line(texts.say("cli.next", { command: "anslut connect MACHINE" }));
  return exitCodes.ok;
}

/** `anslut hang-up`. */
export async function hangUp(context: Context): Promise<ExitCode> {
  const client = await context.agent();
  const had = client.state.tunnel !== null;
  await ask(context, client, { type: "hangUp" });
  context.screen.result({ done: true });
  context.screen.line(context.texts.say(had ? "cli.dial.hungUp" : "cli.dial.noTunnel"));
  return exitCodes.ok;
}
