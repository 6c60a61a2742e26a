import type { ChildProcess } from "node:child_process";
import { spawn, spawnSync } from "node:child_process";
import { chmodSync, mkdtempSync, readFileSync, rmSync } from "node:fs";

/**
 * A small world for the tests of exchange and front: one `unshare` with the portal host, a laptop and a factory's router as
 * network namespaces. Programs run in it for real; the test itself stays outside and plays web over the Unix sockets, which it
 * sees because `directory` is /run/anslut-portal inside.
 */
export interface World {
  readonly directory: string;
  /** Starts a program on a host of the world: `portal`, `laptop`, `factory`, or a namespace of exchange's. */
  start(host: string, command: readonly string[]): ChildProcess;
  /** Runs a program to its end. */
  run(host: string, command: readonly string[]): Promise<Outcome>;
  close(): void;
}

export interface Outcome {
  readonly code: number | null;
  readonly output: string;
}

const needed = ["openvpn", "dnsmasq", "nft", "openssl", "udhcpc", "unshare", "setpriv"];

/** Why no world can be opened here; undefined when it can. */
export function whyNoWorld(): string | undefined {
  if (process.getuid?.() !== 0) return "needs root for network namespaces";
  const missing = needed.filter((name) => spawnSync("which", [name]).status !== 0);
  return missing.length > 0 ? `needs ${missing.join(", ")}` : undefined;
}

export async function openWorld(): Promise<World> {
  const directory = mkdtempSync("/tmp/anslut-world-");
  chmodSync(directory, 0o755);
  const setup = `${import.meta.dirname}/setup.sh`;
  const flags = ["--net", "--mount", "--pid", "--fork", "--mount-proc", "--kill-child=SIGKILL"];
  // Killed with the test, however that ends; --kill-child then takes the whole world down.
  const command = ["--pdeathsig=KILL", "unshare", ...flags, "sh", setup, directory];
  const root = spawn("setpriv", command, { stdio: ["ignore", "pipe", "inherit"] });
  const close = () => {
    root.kill("SIGKILL");
    rmSync(directory, { recursive: true, force: true });
  };
  await new Promise<void>((resolve, reject) => {
    root.stdout?.once("data", () => resolve());
    root.once("exit", (code) => reject(new Error(`the world ended with ${code}`)));
  });
  const first = readFileSync(`/proc/${root.pid}/task/${root.pid}/children`, "utf8").trim();
  // nsenter forks; when the test kills it, what it started goes too.
  const enter = ["-t", first, "--net", "--mount", "--pid", "setpriv", "--pdeathsig=KILL"];
  const start = (host: string, command: readonly string[]) => {
    const there = host === "portal" ? command : ["nsenter", `--net=/run/netns/${host}`, ...command];
    return spawn("nsenter", [...enter, ...there], { stdio: ["ignore", "pipe", "pipe"] });
  };
  const run = (host: string, command: readonly string[]) => outcomeOf(start(host, command));
  return { directory, start, run, close };
}

export function outcomeOf(child: ChildProcess): Promise<Outcome> {
  return new Promise((resolve) => {
    const chunks: Buffer[] = [];
    child.stdout?.on("data", (chunk: Buffer) => chunks.push(chunk));
    child.stderr?.on("data", (chunk: Buffer) => chunks.push(chunk));
    child.once("close", (code) => resolve({ code, output: Buffer.concat(chunks).toString() }));
  });
}

/** Resolves with the line that `pattern` matches, once the program says it; rejects when it ends before. */
export function said(child: ChildProcess, pattern: RegExp): Promise<string> {
  return new Promise((resolve, reject) => {
    let text = "";
    const hear = (chunk: Buffer) => {
      text += chunk.toString();
      const line = text.split("\n").find((candidate) => pattern.test(candidate));
      if (line !== undefined) resolve(line);
    };
    child.stdout?.on("data", hear);
    child.stderr?.on("data", hear);
    child.once("close", (code) => reject(new Error(`ended with ${code} without ${pattern}: ${text.slice(-2000)}`)));
  });
}
