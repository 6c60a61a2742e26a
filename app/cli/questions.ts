import type { AgentResult } from "../../contract/agent.ts";
import { CauseError } from "../../contract/causes.ts";
import type { AgentState, Question } from "../../contract/state.ts";
import type { AgentAsk, AgentClient } from "../face/agent-client.ts";
import type { Answers } from "./answers.ts";
import { answerTo } from "./answers.ts";
import type { Context } from "./context.ts";
import type { Progress } from "./progress.ts";

/** How often a person may answer the same question before the command gives up. */
const tries = 3;

/**
 * Asks the agent and answers the questions that it has on the way: with what was given on the command line, else by asking the
 * person, else with a refusal that says which option to use. Resolves to what came of it in the end.
 */
export async function askThrough(
  context: Context,
  client: AgentClient,
  request: AgentAsk,
  answers: Answers,
  progress: Progress,
): Promise<AgentResult> {
  const abort = new AbortController();
  const signal = AbortSignal.any([context.signal, abort.signal]);
  const main = client.request(request, { signal });
  const talking = talk(context, client, main, answers, progress, signal);
  try {
    const first = await Promise.race([main, talking]);
    return first.type === "asked" ? await talking : first;
  } catch (error) {
    // Whichever goes on is ended: the person's typing when the request failed, the request when there was no answer.
    abort.abort();
    await Promise.allSettled([main, talking]);
    throw error;
  } finally {
    abort.abort();
    talking.catch(() => {});
  }
}

/** Answers the question that is open before a command begins, if there is one. */
export async function answerOpenQuestion(
  context: Context,
  client: AgentClient,
  answers: Answers,
  progress: Progress,
): Promise<void> {
  const question = questionOf(client.state);
  if (question !== undefined) await answerUntilTaken(context, client, question, answers, progress, context.signal);
}

/** Answers question after question. Resolves when the request has been answered with `asked` and an answer has ended it. */
async function talk(
  context: Context,
  client: AgentClient,
  main: Promise<AgentResult>,
  answers: Answers,
  progress: Progress,
  signal: AbortSignal,
): Promise<AgentResult> {
  let asked = false;
  main.then(
    (result) => {
      asked = result.type === "asked";
    },
    () => {},
  );
  using questions = new Questions(client);
  for (;;) {
    const question = await questions.next(signal);
    const result = await answerUntilTaken(context, client, question, answers, progress, signal);
    if (asked && result.type !== "asked") return result;
  }
}

async function answerUntilTaken(
  context: Context,
  client: AgentClient,
  question: Question,
  answers: Answers,
  progress: Progress,
  signal: AbortSignal,
): Promise<AgentResult> {
  for (let attempt = 1; ; attempt++) {
    progress.interrupt();
    const answer = await answerTo(context, question, attempt === 1 ? answers : {}, signal);
    try {
      return await client.request(answer, { signal: context.signal });
    } catch (error) {
      const again = context.keyboard.present && attempt < tries && isSame(questionOf(client.state), question);
      if (!again || !(error instanceof CauseError) || error.cause !== "codeRefused") throw error;
      context.screen.note(context.screen.noteStyled("bad", context.texts.say("causes.codeRefused.headline")));
    }
  }
}

/** The agent's questions, each one once: the same words are a new question only after the agent has gone on in between. */
class Questions {
  readonly #client: AgentClient;
  readonly #forget: () => void;
  #given: Question | undefined;
  #look: () => void = () => {};

  constructor(client: AgentClient) {
    this.#client = client;
    this.#forget = client.onState((state) => {
      if (questionOf(state) === undefined) this.#given = undefined;
      this.#look();
    });
  }

  /** The next question. Rejects with `cancelled` when `signal` aborts. */
  next(signal: AbortSignal): Promise<Question> {
    const { promise, resolve, reject } = Promise.withResolvers<Question>();
    const cancel = () => reject(new CauseError("cancelled"));
    this.#look = () => {
      const question = questionOf(this.#client.state);
      if (question === undefined || isSame(question, this.#given)) return;
      this.#given = question;
      // Nobody waits any more: a question that comes before the next call must still be there then.
      this.#look = () => {};
      resolve(question);
    };
    signal.addEventListener("abort", cancel, { once: true });
    if (signal.aborted) cancel();
    this.#look();
    return promise.finally(() => signal.removeEventListener("abort", cancel));
  }

  [Symbol.dispose](): void {
    this.#forget();
  }
}

function questionOf(state: AgentState): Question | undefined {
  return state.session.state === "asking" ? state.session.question : undefined;
}

function isSame(left: Question | undefined, right: Question | undefined): boolean {
  return JSON.stringify(left) === JSON.stringify(right);
}
