import type { Question } from "../../contract/state.ts";
import { fingerprintText } from "../core/quantities.ts";
import type { AgentAsk } from "../face/agent-client.ts";
import type { Context } from "./context.ts";
import { Stop } from "./failure.ts";

/** Answers that came with the command. */
export interface Answers {
  /** The one-time code. */
  readonly code?: string | undefined;
  /** SHA-256 (lower-case hex) of the new key that the person accepts. */
  readonly acceptCertificate?: string | undefined;
  /** Go on with a tunnel that an earlier agent left. */
  readonly takeOver?: boolean | undefined;
}

/** The request that answers a question: from the command line, else from the person, else a {@link Stop} that names the option. */
export async function answerTo(
  context: Context,
  question: Question,
  answers: Answers,
  signal: AbortSignal,
): Promise<AgentAsk> {
  switch (question.about) {
    case "secondFactor":
      return { type: "answerCode", code: answers.code ?? (await askCode(context, signal)) };
    case "certificateChanged":
      return { type: "answerCertificate", accept: await acceptsCertificate(context, question, answers, signal) };
    case "proxyPassword":
      return askProxyPassword(context, question, signal);
    case "takeOver":
      return { type: "answerTakeOver", accept: answers.takeOver ?? (await asksToTakeOver(context, signal)) };
  }
}

async function askCode(context: Context, signal: AbortSignal): Promise<string> {
  if (!context.keyboard.present) throw new Stop("codeRefused", "secondFactor");
  return (await askFilled(context, context.texts.say("cli.ask.code"), true, signal)).trim();
}

async function acceptsCertificate(
  context: Context,
  question: Question & { readonly about: "certificateChanged" },
  answers: Answers,
  signal: AbortSignal,
): Promise<boolean> {
  const { screen, texts } = context;
  if (!question.mayAccept) return false;
  if (answers.acceptCertificate !== undefined) return answers.acceptCertificate === question.shown;
  const values = {
    portal: question.host,
    known: fingerprintText(question.known),
    shown: fingerprintText(question.shown),
  };
  if (!context.keyboard.present) throw new Stop("certificateChanged", "certificateChanged", values);
  screen.note(screen.noteStyled("warn", texts.say("cli.ask.certificateChanged", values)));
  return confirm(context, texts.say("cli.ask.acceptCertificate"), signal);
}

async function askProxyPassword(
  context: Context,
  question: Question & { readonly about: "proxyPassword" },
  signal: AbortSignal,
): Promise<AgentAsk> {
  const { screen, texts } = context;
  const values = { proxy: `${question.host}:${question.port}` };
  if (!context.keyboard.present) {
    const [cause, key] = question.refused
      ? (["proxyAuthRefused", "proxyRefused"] as const)
      : (["proxyAuthRequired", "proxyPassword"] as const);
    throw new Stop(cause, key, values);
  }
  screen.note(texts.say(question.refused ? "cli.ask.proxyRefused" : "cli.ask.proxy", values));
  return {
    type: "answerProxy",
    username: await askFilled(context, texts.say("cli.ask.user"), true, signal),
    password: await askFilled(context, texts.say("cli.ask.password"), false, signal),
    keep: await confirm(context, texts.say("cli.ask.keepProxy"), signal),
  };
}

async function asksToTakeOver(context: Context, signal: AbortSignal): Promise<boolean> {
  if (!context.keyboard.present) throw new Stop("busy", "takeOver");
  return confirm(context, context.texts.say("cli.ask.takeOver"), signal);
}

/** Asks until something was typed. */
export async function askFilled(
  context: Context,
  question: string,
  echo: boolean,
  signal: AbortSignal = context.signal,
): Promise<string> {
  for (;;) {
    const line = await context.keyboard.ask(question, echo, signal);
    if (line !== "") return line;
  }
}

/** Asks for a yes; anything else is a no. */
export async function confirm(
  context: Context,
  question: string,
  signal: AbortSignal = context.signal,
): Promise<boolean> {
  const answer = (await context.keyboard.ask(question, true, signal)).trim().toLowerCase();
  return ["y", "yes", "j", "ja"].includes(answer);
}
