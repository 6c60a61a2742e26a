import type { AgentState } from "../../contract/state.ts";
import type { AgentClient } from "../face/agent-client.ts";
import type { Answers } from "./answers.ts";
import type { Context } from "./context.ts";
import { askFor } from "./context.ts";
import { Progress } from "./progress.ts";
import { secondsText } from "./quantities.ts";
import { answerOpenQuestion, askThrough } from "./questions.ts";
import { endpointText } from "./wording.ts";

/** Dials, showing each step; signs in by the remembered device before where nobody is signed in. Resolves when the tunnel is ready. */
export async function dial(context: Context, client: AgentClient, answers: Answers): Promise<number> {
  const { screen, texts } = context;
  const progress = new Progress(screen, texts.language);
  await answerOpenQuestion(context, client, answers, progress);
  await signInIfRemembered(context, client, answers, progress);
  const show = (state: AgentState) => showDialling(context, progress, state);
  const forget = client.onState(show);
  try {
    await askThrough(context, client, { type: "dial" }, answers, progress);
    const seconds = secondsText(progress.elapsedMs, texts.language);
    if (client.state.tunnel !== null) showAddress(context, progress, client.state.tunnel.slice.address);
    progress.finish(texts.say("cli.dial.ready", { seconds }));
    return Math.round(progress.elapsedMs);
  } finally {
    forget();
    progress.interrupt();
  }
}

async function signInIfRemembered(
  context: Context,
  client: AgentClient,
  answers: Answers,
  progress: Progress,
): Promise<void> {
  if (client.state.identity !== null || client.state.session.state !== "signedOut") return;
  const { portals } = await askFor(context, client, { type: "portals" }, "portals");
  const [only] = portals;
  // Nobody is signed in and nothing is remembered: the refusal of `dial` says so.
  if (portals.length !== 1 || only === undefined || only.remembered === null) return;
  progress.step("signIn", context.texts.say("cli.login.remembered", { portal: only.host }));
  await askThrough(context, client, { type: "loginRemembered", portal: only.host }, answers, progress);
}

function showDialling(context: Context, progress: Progress, state: AgentState): void {
  const { texts } = context;
  const { session } = state;
  if (session.state === "dialling" || session.state === "securing") {
    const way = session.endpoint === null ? undefined : endpointText(session.endpoint, texts);
    progress.step(
      "dial",
      way === undefined ? texts.say("cli.dial.looking") : texts.say("cli.dial.dialling", { endpoint: way }),
    );
  } else if (session.state === "addressing") {
    progress.step("secured", texts.say("cli.dial.secured"));
    if (state.tunnel !== null) showAddress(context, progress, state.tunnel.slice.address);
  }
}

function showAddress(context: Context, progress: Progress, address: string): void {
  progress.step("address", context.texts.say("cli.dial.address", { address }));
}
