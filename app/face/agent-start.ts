import { spawn } from "node:child_process";
import { once } from "node:events";
import { closeSync, openSync } from "node:fs";
import { mkdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { CauseError } from "../../contract/causes.ts";
import type { AgentPlace } from "./agent-place.ts";
import { checkFolder } from "./agent-place.ts";

/** V8 lets the space for short-lived objects grow to 3 × 16 MB before it tidies up; an agent that mostly waits needs no such speed. */
const frugal = ["--max-semi-space-size=2"];

/** Longest wait for a fresh agent's word, in milliseconds. Only a computer in trouble takes longer. */
const startMs = 15_000;

/** What the agent is started as. Electron's own `process.execPath` is no Node: it names the bundled one here. */
export interface AgentRuntime {
  /** Path of Node. */
  readonly node: string;
  readonly program: string;
}

/** The Node that runs this, and the agent's program beside this one: in the bundle, or in the checkout. */
export const ownRuntime: AgentRuntime = {
  node: process.execPath,
  program: import.meta.filename.endsWith(".mjs")
    ? join(import.meta.dirname, "agent.mjs")
    : join(import.meta.dirname, "..", "agent", "main.ts"),
};

/**
 * Starts the agent as a process of its own that outlives this one, and resolves once it listens: the agent writes `ready` (or
 * `running`, when another one was quicker) to its stdout and closes it. Throws {@link CauseError} `agentMissing`.
 */
export async function startAgent(
  place: AgentPlace,
  environment: Readonly<NodeJS.ProcessEnv>,
  runtime: AgentRuntime = ownRuntime,
): Promise<void> {
  await mkdir(place.folder, { recursive: true, mode: 0o700 }).catch((error: Error) => {
    throw new CauseError("agentMissing", error.message);
  });
  await checkFolder(place);
  // A file rather than a pipe: the agent lives longer than we do, and what it says when it dies helps support.
  const complaints = join(place.folder, "agent.stderr");
  const stderr = openSync(complaints, "w", 0o600);
  const child = spawn(runtime.node, [...frugal, runtime.program], {
    cwd: "/",
    detached: true,
    env: agentEnvironment(environment),
    stdio: ["ignore", "pipe", stderr],
  });
  const { stdout } = child;
  if (stdout === null) throw new TypeError("a pipe was asked for");
  closeSync(stderr);
  const failed = once(child, "error", { signal: AbortSignal.timeout(startMs) }).then(([error]) => String(error));
  const word = await Promise.race([firstLine(stdout), failed.catch(() => `no word within ${startMs} ms`)]);
  stdout.destroy();
  child.unref();
  if (word === "ready" || word === "running") return;
  const complaint = await readFile(complaints, "utf8").catch(() => "");
  // Of a stack trace the line that names the error.
  const [named] = /^\w*Error\b.*$/m.exec(complaint) ?? complaint.trim().split("\n");
  throw new CauseError("agentMissing", named || word || "it ended at once");
}

/** The first line of a stream, or an empty text when it ends before. */
async function firstLine(stream: NodeJS.ReadableStream): Promise<string> {
  for await (const line of createInterface(stream)) return line;
  return "";
}

// A variable of the caller must not load code into the agent or weaken its TLS: only what it has a use for is handed on.
const passedOn = /^(HOME|USER|LOGNAME|PATH|TZ|LANG|LANGUAGE|LC_[A-Z]+|XDG_[A-Z_]+|DBUS_SESSION_BUS_ADDRESS)$/;
const proxies = /^(https?|all|no)_proxy$/i;

/** The part of `environment` that an agent gets. */
export function agentEnvironment(environment: Readonly<NodeJS.ProcessEnv>): NodeJS.ProcessEnv {
  return Object.fromEntries(Object.entries(environment).filter(([name]) => passedOn.test(name) || proxies.test(name)));
}
