import { CommanderError } from "commander";
import { CauseError } from "../../contract/causes.ts";
import { AgentClient } from "./agent-client.ts";
import { agentPlace } from "./agent-place.ts";
import { startAgent } from "./agent-start.ts";
import type { Context } from "./context.ts";
import type { ExitCode } from "./exit-codes.ts";
import { exitCodes } from "./exit-codes.ts";
import { report } from "./failure.ts";
import { isShown, usageFailure } from "./help.ts";
import { makeKeyboard } from "./keyboard.ts";
import { languageOf } from "./language.ts";
import { makeProgram } from "./program.ts";
import { makeScreen } from "./screen.ts";
import type { Known, Texts } from "./texts.ts";
import { loadTexts } from "./texts.ts";
import { version } from "./version.ts";

type Host = Pick<NodeJS.Process, "stdin" | "stdout" | "stderr" | "env" | "on" | "exit">;
type Command = (context: Context) => Promise<ExitCode>;

/** Does what the words say, on the streams and in the environment of `host`. Resolves to the exit code; failures are told by then. */
export async function runCommandLine(words: readonly string[], host: Host): Promise<number> {
  const texts = await loadTexts(languageOf(words, host.env));
  const json = isJsonAsked(words);
  const screen = makeScreen(host.stdout, host.stderr, { json, environment: host.env });
  let known: Known = {};
  try {
    const command = parse(words, texts);
    if (command === undefined) return exitCodes.ok;
    const know = (more: Known) => {
      known = { ...known, ...more };
    };
    return await command(makeContext(host, texts, screen, know));
  } catch (error) {
    return report(error, texts, screen, known);
  }
}

/** The command that the words ask for; undefined where commander has shown help or version. Throws a usage failure. */
function parse(words: readonly string[], texts: Texts): Command | undefined {
  let chosen: Command | undefined;
  const program = makeProgram(texts, version, (command) => {
    chosen = command;
  });
  try {
    program.parse([...words], { from: "user" });
    return chosen;
  } catch (error) {
    if (isShown(error)) return undefined;
    throw error instanceof CommanderError ? usageFailure(error) : error;
  }
}

function isJsonAsked(words: readonly string[]): boolean {
  const end = words.indexOf("--");
  return (end < 0 ? words : words.slice(0, end)).includes("--json");
}

function makeContext(host: Host, texts: Texts, screen: Context["screen"], know: Context["know"]): Context {
  const place = agentPlace(host.env);
  let client: Promise<AgentClient> | undefined;
  const connected = async () => {
    const opened = await openAgent(place, host.env);
    know({ portal: opened.state.identity?.portal });
    return opened;
  };
  return {
    texts,
    screen,
    keyboard: makeKeyboard(host.stdin, screen.raw, host.stderr.isTTY === true && !screen.json),
    input: host.stdin,
    signal: cancelSignal(host),
    now: Date.now,
    agent: () => {
      client ??= connected();
      return client;
    },
    runningAgent: (purpose) => AgentClient.open(place, purpose),
    know,
  };
}

/** Connects to the agent and starts one where none runs. */
async function openAgent(place: ReturnType<typeof agentPlace>, environment: Host["env"]): Promise<AgentClient> {
  const running = await AgentClient.open(place);
  if (running !== undefined) return running;
  await startAgent(place, environment);
  const started = await AgentClient.open(place);
  if (started === undefined) throw new CauseError("agentMissing", "it said that it is ready and is not");
  return started;
}

/** Aborts at the first Ctrl-C (or SIGTERM), so that what runs is undone; a second one ends at once. */
function cancelSignal(host: Host): AbortSignal {
  const controller = new AbortController();
  const cancel = () => {
    if (controller.signal.aborted) host.exit(exitCodes.cancelled);
    controller.abort(new CauseError("cancelled"));
  };
  host.on("SIGINT", cancel);
  host.on("SIGTERM", cancel);
  return controller.signal;
}
