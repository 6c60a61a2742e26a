import type { ChildProcess } from "node:child_process";
import { spawn } from "node:child_process";
import { CauseError } from "../../contract/causes.ts";
import type { Place } from "./addresses.ts";

/** Every program that exchange starts: absolute paths, an argument list, no shell, an empty environment. */
export const programs = {
  ip: "/usr/sbin/ip",
  nft: "/usr/sbin/nft",
  nsenter: "/usr/bin/nsenter",
  setpriv: "/usr/bin/setpriv",
  openvpn: "/usr/sbin/openvpn",
  dnsmasq: "/usr/sbin/dnsmasq",
  id: "/usr/bin/id",
} as const;

const timeoutMs = 20_000;

/** Runs a program to its end and gives its output. Throws `internal` with what it said when it fails. */
export function run(program: string, args: readonly string[], input = ""): Promise<string> {
  return new Promise((resolve, reject) => {
    const child = spawn(program, args, { env: {}, cwd: "/", timeout: timeoutMs, stdio: "pipe" });
    const output: Buffer[] = [];
    const errors: Buffer[] = [];
    child.stdout.on("data", (chunk: Buffer) => output.push(chunk));
    child.stderr.on("data", (chunk: Buffer) => errors.push(chunk));
    child.stdin.on("error", () => {});
    child.on("error", (error) => reject(new CauseError("internal", error.message)));
    child.on("close", (code, signal) => {
      if (code === 0) return resolve(Buffer.concat(output).toString());
      const said = Buffer.concat(errors).toString().trim();
      reject(new CauseError("internal", `${[program, ...args].join(" ")} ended with ${code ?? signal}: ${said}`));
    });
    child.stdin.end(input);
  });
}

/** Commands of `ip`, one a line, on this host or in an account's namespace. The first that fails ends the batch. */
export function ip(lines: readonly string[], place?: Place): Promise<string> {
  const where = place === undefined ? [] : ["-n", place.namespace];
  return run(programs.ip, [...where, "-batch", "-"], `${lines.join("\n")}\n`);
}

/** One transaction in the account's namespace. */
export function nft(place: Place, text: string): Promise<string> {
  return run(programs.nsenter, [...inside(place), programs.nft, "-f", "-"], text);
}

export interface Confinement {
  readonly uid: number;
  /** Names of capabilities as setpriv writes them. */
  readonly capabilities: readonly string[];
}

/**
 * Starts a program that stays, in the account's network namespace under a uid of its own. The kernel kills it when exchange dies
 * (pdeathsig), however that dies.
 */
export function start(
  place: Place,
  { uid, capabilities }: Confinement,
  command: readonly string[],
  input: string,
): ChildProcess {
  const kept = ["-all", ...capabilities.map((name) => `+${name}`)].join(",");
  const confine = [
    programs.setpriv,
    `--reuid=${uid}`,
    `--regid=${uid}`,
    "--clear-groups",
    "--no-new-privs",
    `--inh-caps=${kept}`,
    `--ambient-caps=${kept}`,
    `--bounding-set=${kept}`,
    "--pdeathsig=SIGKILL",
  ];
  const args = [...inside(place), ...confine, ...command];
  const child = spawn(programs.nsenter, args, { env: {}, cwd: "/", stdio: ["pipe", "pipe", "pipe"] });
  child.stdin?.on("error", () => {});
  child.stdin?.end(input);
  return child;
}

/** Arguments of nsenter that lead into an account's network namespace. */
export function inside(place: Place): readonly string[] {
  return [`--net=${place.namespacePath}`];
}
