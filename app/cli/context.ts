import type { AgentResult } from "../../contract/agent.ts";
import type { AgentAsk, AgentClient, RequestOptions } from "../face/agent-client.ts";
import type { Keyboard } from "./keyboard.ts";
import type { Screen } from "./screen.ts";
import type { Known, Texts } from "./texts.ts";

/** What every command is given. */
export interface Context {
  readonly texts: Texts;
  readonly screen: Screen;
  readonly keyboard: Keyboard;
  /** Standard input, for secrets that come through a pipe. */
  readonly input: AsyncIterable<Uint8Array | string>;
  /** Aborts at the first Ctrl-C. */
  readonly signal: AbortSignal;
  /** The time, in milliseconds since 1970. */
  readonly now: () => number;
  /** The agent, started where none runs. One connection a command. */
  readonly agent: () => Promise<AgentClient>;
  /** The agent where one runs already. `quit`: also one of another version. */
  readonly runningAgent: (purpose: "use" | "quit") => Promise<AgentClient | undefined>;
  /** What the sentence of a failure may name from now on. */
  readonly know: (known: Known) => void;
}

/** Asks the agent, ending the request at Ctrl-C. */
export function ask(
  context: Context,
  client: AgentClient,
  request: AgentAsk,
  options: RequestOptions = {},
): Promise<AgentResult> {
  return client.request(request, { signal: context.signal, ...options });
}

type ResultOf<Kind> = AgentResult & { readonly type: Kind };

/** Asks the agent for something that has one kind of answer. */
export async function askFor<Kind extends AgentResult["type"]>(
  context: Context,
  client: AgentClient,
  request: AgentAsk,
  kind: Kind,
  options: RequestOptions = {},
): Promise<ResultOf<Kind>> {
  return resultAs(kind, await ask(context, client, request, options));
}

/** A result as the kind that it must be. */
export function resultAs<Kind extends AgentResult["type"]>(kind: Kind, result: AgentResult): ResultOf<Kind> {
  if (isKind(result, kind)) return result;
  throw new TypeError(`the agent answered with ${result.type}, not ${kind}`);
}

function isKind<Kind extends AgentResult["type"]>(result: AgentResult, kind: Kind): result is ResultOf<Kind> {
  return result.type === kind;
}
