import type { PortalEntry } from "../../../contract/agent.ts";
import { CauseError } from "../../../contract/causes.ts";
import type { AgentClient } from "../../face/agent-client.ts";
import { printable } from "../../face/printable.ts";
import type { Answers } from "../answers.ts";
import { askFilled } from "../answers.ts";
import { fingerprintArgument, hostArgument, nameArgument } from "../arguments.ts";
import type { Context } from "../context.ts";
import { ask, askFor } from "../context.ts";
import type { ExitCode } from "../exit-codes.ts";
import { exitCodes } from "../exit-codes.ts";
import { Stop } from "../failure.ts";
import { Progress } from "../progress.ts";
import { answerOpenQuestion, askThrough } from "../questions.ts";
import { readLines } from "../stdin-lines.ts";

export interface LoginOptions {
  readonly portal?: string;
  readonly account?: string;
  readonly user?: string;
  readonly passwordStdin?: true;
  readonly codeStdin?: true;
  readonly remember?: true;
  readonly acceptCertificate?: string;
}

/** How often a person may type the password before the command gives up. */
const tries = 3;

/** `anslut login`: with what was given, what is remembered, and what the person types. */
export async function login(context: Context, options: LoginOptions): Promise<ExitCode> {
  const portal = options.portal === undefined ? null : hostArgument(options.portal);
  if (portal !== null) context.know({ portal });
  const secrets = await secretsFrom(context, options);
  const answers: Answers = {
    code: secrets.code,
    acceptCertificate:
      options.acceptCertificate === undefined ? undefined : fingerprintArgument(options.acceptCertificate),
  };
  const client = await context.agent();
  const progress = new Progress(context.screen, context.texts.language);
  if (isAskingForCode(client) && options.passwordStdin === undefined) {
    await answerOpenQuestion(context, client, answers, progress);
  } else if (!(await signInRemembered(context, client, portal, options, answers, progress))) {
    await signIn(context, client, portal, options, secrets.password, answers, progress);
  }
  progress.interrupt();
  return welcome(context, client);
}

async function secretsFrom(
  context: Context,
  options: LoginOptions,
): Promise<{ readonly password?: string | undefined; readonly code?: string | undefined }> {
  const wanted = [options.passwordStdin, options.codeStdin].filter(Boolean).length;
  // With a terminal on standard input the person is asked instead, without an echo.
  if (wanted === 0 || context.keyboard.present) return {};
  const lines = await readLines(context.input, wanted);
  const password = options.passwordStdin ? lines[0] : undefined;
  const code = options.codeStdin ? lines.at(-1)?.trim() : undefined;
  return { password, code };
}

/** Signs in by the remembered device, if there is one and nothing speaks for another account. */
async function signInRemembered(
  context: Context,
  client: AgentClient,
  portal: string | null,
  options: LoginOptions,
  answers: Answers,
  progress: Progress,
): Promise<boolean> {
  if (options.account !== undefined || options.user !== undefined || options.passwordStdin) return false;
  const { portals } = await askFor(context, client, { type: "portals" }, "portals");
  const known = portals.filter((entry) => entry.remembered !== null && (portal === null || entry.host === portal));
  const [only] = known;
  if (known.length !== 1 || only === undefined || only.remembered === null || (portal === null && portals.length !== 1))
    return false;
  progress.step("signIn", context.texts.say("cli.login.remembered", { portal: only.host, ...only.remembered }));
  await askThrough(context, client, { type: "loginRemembered", portal: only.host }, answers, progress).catch(
    (error: unknown) => {
      // A device that the portal has forgotten is no dead end for a person: go on with the password.
      const forgotten = error instanceof CauseError && ["credentialsRefused", "loginExpired"].includes(error.cause);
      if (!forgotten || !context.keyboard.present) throw error;
      progress.interrupt();
      context.screen.note(context.texts.say("cli.login.forgotten"));
      return undefined;
    },
  );
  return client.state.identity !== null;
}

/** Asks for what is missing and signs in; a refused password is asked again, account and user are kept. */
async function signIn(
  context: Context,
  client: AgentClient,
  portal: string | null,
  options: LoginOptions,
  given: string | undefined,
  answers: Answers,
  progress: Progress,
): Promise<void> {
  const { keyboard, screen, texts } = context;
  if (!keyboard.present && (options.account === undefined || options.user === undefined)) {
    throw new Stop("badRequest", "whoNeeded");
  }
  if (!keyboard.present && given === undefined) throw new Stop("credentialsRefused", "passwordNeeded");
  const last = await lastAt(context, client, portal, options);
  const account = nameArgument(options.account ?? (await askKept(context, "account", last?.account)));
  // Whoever names another account is another user there.
  const user = nameArgument(
    options.user ?? (await askKept(context, "user", account === last?.account ? last.user : undefined)),
  );
  for (let attempt = 1; ; attempt++) {
    const password = given ?? (await askFilled(context, texts.say("cli.ask.password"), false));
    progress.step("signIn", texts.say("cli.login.signingIn"));
    try {
      const request = { type: "login", portal, account, user, password, remember: options.remember === true } as const;
      await askThrough(context, client, request, answers, progress);
      return;
    } catch (error) {
      progress.interrupt();
      const again = error instanceof CauseError && !(error instanceof Stop) && error.cause === "credentialsRefused";
      if (!again || given !== undefined || attempt >= tries) throw error;
      screen.note(screen.noteStyled("bad", texts.say("causes.credentialsRefused.headline")));
    }
  }
}

/** Who signed in last at the portal that is meant; undefined where nobody is known, or names need not be asked for. */
async function lastAt(
  context: Context,
  client: AgentClient,
  portal: string | null,
  options: LoginOptions,
): Promise<PortalEntry["last"] | undefined> {
  if (options.account !== undefined && options.user !== undefined) return undefined;
  const { portals } = await askFor(context, client, { type: "portals" }, "portals");
  const meant = portals.filter(({ host }) => portal === null || host === portal);
  return meant.length === 1 ? meant[0]?.last : undefined;
}

/** Asks for a name; an empty line takes the one that is kept. */
async function askKept(context: Context, name: "account" | "user", kept: string | undefined): Promise<string> {
  const { texts, keyboard, signal } = context;
  if (kept === undefined) return await askFilled(context, texts.say(`cli.ask.${name}`), true);
  const typed = await keyboard.ask(texts.say(`cli.ask.${name}Kept`, { kept: printable(kept) }), true, signal);
  return typed === "" ? kept : typed;
}

function isAskingForCode(client: AgentClient): boolean {
  const { session } = client.state;
  return session.state === "asking" && session.question.about === "secondFactor";
}

function welcome({ screen, texts }: Context, client: AgentClient): ExitCode {
  const { identity } = client.state;
  screen.result({ identity });
  if (identity !== null) screen.line(texts.say("cli.login.done", identity));
  screen.line(texts.say("cli.next", { command: "anslut dial" }));
  return exitCodes.ok;
}

/** `anslut logout`: hangs up, signs out, forgets the remembered device. */
export async function logout(context: Context): Promise<ExitCode> {
  const client = await context.agent();
  await ask(context, client, { type: "logout" });
  context.screen.result({ done: true });
  context.screen.line(context.texts.say("cli.login.out"));
  return exitCodes.ok;
}
