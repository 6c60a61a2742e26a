import { type ChildProcess, type ChildProcessByStdio, spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { createInterface } from "node:readline";
import type { Readable } from "node:stream";
import { addressBatch, cableBatch, unplugBatch } from "./cables.ts";
import { clearMemory, hostDirectory } from "./disk.ts";
import { pidBehind } from "./inhabitant.ts";
import { run } from "./run.ts";
import { type HostName, hosts } from "./topology.ts";

/** A host that has power: its namespaces live as long as its first process. */
export interface Holder {
  /** Of the host's first process. */
  readonly pid: number;
  /** What waits for that one. */
  readonly process: ChildProcess;
}

/**
 * Settings that a booted machine has; IPv6 stays out of the lab's cables. Without the last one Linux answers a
 * rejected packet only once a second, so that every second attempt of a test would look like silence.
 */
const bootScript = `
set -eu
for device in "$@"; do
  [ ! -e /proc/sys/net/ipv6 ] || echo 1 >/proc/sys/net/ipv6/conf/$device/disable_ipv6
done
echo '0 2147483647' >/proc/sys/net/ipv4/ping_group_range
echo 0 >/proc/sys/net/ipv4/icmp_ratelimit
ip -batch -
`;

/** Gives a host power: first process, cables, addresses, nftables. */
export async function powerUp(host: HostName, rules: string): Promise<Holder> {
  await clearMemory(host);
  const child = spawn(
    "unshare",
    [
      ...["--net", "--mount", "--uts", "--pid", "--fork", "--kill-child=SIGKILL", "--mount-proc"],
      ...["sh", join(import.meta.dirname, "holder.sh"), hostDirectory(host), host],
    ],
    { stdio: ["ignore", "pipe", "pipe"] },
  );
  await firstLine(child, host);
  const pid = pidBehind(child.pid ?? 0);
  if (pid === undefined) throw new Error(`${host}: its first process has ended`);
  await run("ip", ["-batch", "-"], { input: cableBatch(host, pid) });
  const plan = hosts[host];
  const enter = [`--target=${pid}`, "--net"];
  await run("nsenter", [...enter, "sh", "-c", bootScript, "boot", ...plan.ports.map((port) => port.device)], {
    input: addressBatch(host),
  });
  if (rules !== "") await run("nsenter", [...enter, "nft", "-f", "-"], { input: rules });
  if (plan.forwards) {
    await run("nsenter", [...enter, "sh", "-c", "echo 1 >/proc/sys/net/ipv4/ip_forward"]);
  }
  return { pid, process: child };
}

/**
 * Takes a host's power away: with the first process of its pid namespace the kernel kills every other one, also one
 * that has made network or mount namespaces of its own; with the last one its interfaces are gone.
 */
export async function powerDown(host: HostName, holder: Holder): Promise<void> {
  const ended = once(holder.process, "exit");
  process.kill(holder.pid, "SIGKILL");
  await ended;
  // The kernel takes its time to clear a namespace, but this end of the cables goes at once. It may have been faster.
  await run("ip", ["-force", "-batch", "-"], { input: unplugBatch(host) }).catch(() => {});
}

function firstLine(child: ChildProcessByStdio<null, Readable, Readable>, host: HostName): Promise<void> {
  return new Promise((resolve, reject) => {
    let words = "";
    // Read to its end, because unshare complains of its own when its child is killed.
    child.stderr.setEncoding("utf8").on("data", (text: string) => {
      words += text;
    });
    child.once("close", (code) => reject(new Error(`${host}: its first process ended with ${code}\n${words}`)));
    createInterface(child.stdout).once("line", () => resolve());
  });
}
