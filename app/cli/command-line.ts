import { CommanderError } from "commander";
import { CauseError } from "../../contract/causes.ts";
import { AgentClient } from "../face/agent-client.ts";
import { agentPlace } from "../face/agent-place.ts";
import { startAgent } from "../face/agent-start.ts";
import type { Context } from "./context.ts";
import type { ExitCode } from "./exit-codes.ts";
import { exitCodes } from "./exit-codes.ts";
import { report } from "./failure.ts";
import { isShown, usageFailure } from "./help.ts";
import type { Terminal } from "./keyboard.ts";
import { makeKeyboard } from "./keyboard.ts";
import { languageOf } from "./language.ts";
import { makeProgram } from "./program.ts";
import type { Sink } from "./screen.ts";
import { makeScreen } from "./screen.ts";
import type { Known, Texts } from "./texts.ts";
import { loadTexts } from "./texts.ts";
import { version } from "./version.ts";

/** The part of `process` that a command line needs. */
export interface Host {
  readonly stdin: Terminal & AsyncIterable<Uint8Array | string>;
  readonly stdout: Sink;
  readonly stderr: Sink;
  readonly env: Readonly<NodeJS.ProcessEnv>;
  readonly on: (signal: "SIGINT" | "SIGTERM", listener: () => void) => unknown;
  readonly exit: (code: number) => unknown;
}
type Command = (context: Context) => Promise<ExitCode>;

/** Does what the words say, on the streams and in the environment of `host`. Resolves to the exit code; failures are told by then. */
export async function runCommandLine(words: readonly string[], host: Host): Promise<number> {
  const texts = await loadTexts(languageOf(words, host.env));
  const json = isJsonAsked(words);
  const screen = makeScreen(host.stdout, host.stderr, { json, environment: host.env });
  let known: Known = {};
  try {
    const command = parse(words, texts, host);
    if (typeof command === "number") return command;
    const know = (more: Known) => {
      known = { ...known, ...more };
    };
    return await command(makeContext(host, texts, screen, know));
  } catch (error) {
    return report(error, texts, screen, known);
  }
}

/** The command that the words ask for, or the exit code where commander has shown help or version. Throws a usage failure. */
function parse(words: readonly string[], texts: Texts, host: Host): Command | ExitCode {
  let chosen: Command | undefined;
  const run = (command: Command) => {
    chosen = command;
  };
  const program = makeProgram(texts, version, run, {
    write: (text) => host.stdout.write(text),
    writeError: (text) => {
      if (!isJsonAsked(words)) host.stderr.write(text);
    },
  });
  try {
    program.parse(withNetworksApart(words), { from: "user" });
  } catch (error) {
    if (!(error instanceof CommanderError)) throw error;
    const isForgotten = error.code === "commander.help";
    if (!isShown(error) || (isForgotten && isJsonAsked(words))) throw usageFailure(error);
    return isForgotten ? exitCodes.usage : exitCodes.ok;
  }
  return chosen ?? exitCodes.usage;
}

/** `--network A B` as `--network A --network B`: an option that took all that follows would swallow the machine's name too. */
export function withNetworksApart(words: readonly string[]): string[] {
  const apart: string[] = [];
  let open = false;
  for (const word of words) {
    const isNetwork = /^\d+(\.\d+){3}\/\d+$/.test(word);
    if (open && isNetwork && apart.at(-1) !== "--network") apart.push("--network");
    apart.push(word);
    open = word === "--network" || (open && isNetwork);
  }
  return apart;
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
    const { identity } = opened.state;
    if (identity !== null) know({ portal: identity.portal });
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
    runningAgent: (purpose) => AgentClient.open(place, "cli", purpose),
    know,
  };
}

/** Connects to the agent and starts one where none runs. */
async function openAgent(place: ReturnType<typeof agentPlace>, environment: Host["env"]): Promise<AgentClient> {
  const running = await AgentClient.open(place, "cli");
  if (running !== undefined) return running;
  await startAgent(place, environment);
  const started = await AgentClient.open(place, "cli");
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
