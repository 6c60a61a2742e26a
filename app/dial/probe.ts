import { spawn } from "node:child_process";
import { connect } from "node:net";
import type { Outcome } from "../../contract/portal.ts";

/** How long a device may take to answer: over a phone and 1:1 NAT, still. */
const portMs = 3000;

/** Opens a TCP connection from our address in the tunnel and closes it at once. */
export function probePort(host: string, port: number, from: string, signal: AbortSignal): Promise<Outcome> {
  return new Promise((resolve) => {
    const socket = connect({ host, port, localAddress: from, timeout: portMs, signal });
    const end = (outcome: Outcome): void => {
      resolve(outcome);
      socket.destroy();
    };
    socket.once("connect", () => end("answers"));
    socket.once("timeout", () => end("silent"));
    // "Administratively prohibited" and "no such host", from whoever is on the way, are EHOSTUNREACH alike (ip(7)).
    socket.once("error", (error: NodeJS.ErrnoException) => {
      end(error.code === "ECONNREFUSED" ? "refused" : error.code === "ETIMEDOUT" ? "silent" : "unreachable");
    });
  });
}

const pingPrograms: Readonly<Partial<Record<NodeJS.Platform, string>>> = {
  linux: "/usr/bin/ping",
  darwin: "/sbin/ping",
};

/** One ICMP echo by the system's own program: Node has no ping socket. `untested` where there is no such program. */
export function ping(host: string, signal: AbortSignal): Promise<Outcome> {
  const program = pingPrograms[process.platform];
  if (program === undefined) return Promise.resolve("untested");
  return new Promise((resolve) => {
    const wait = process.platform === "darwin" ? ["-t", "2"] : ["-W", "2"];
    const child = spawn(program, ["-n", "-q", "-c", "1", ...wait, host], { env: {}, stdio: "ignore", signal });
    child.on("error", () => resolve("untested"));
    child.on("close", (code) => resolve(code === 0 ? "answers" : code === 1 || code === 2 ? "silent" : "untested"));
  });
}
