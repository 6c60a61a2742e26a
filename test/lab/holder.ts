import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { readdir, readlink } from "node:fs/promises";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { addressBatch, cableBatch, unplugBatch } from "./cables.ts";
import { clearMemory, hostDirectory } from "./disk.ts";
import { run } from "./run.ts";
import { type HostName, hosts } from "./topology.ts";

/** A host that has power: its namespaces live as long as its first process. */
export interface Holder {
  readonly pid: number;
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
    ["--net", "--mount", "--uts", "sh", join(import.meta.dirname, "holder.sh"), hostDirectory(host), host],
    { stdio: ["ignore", "pipe", "inherit"] },
  );
  const pid = child.pid;
  if (pid === undefined) throw new Error(`${host}: cannot start unshare`);
  await firstLine(child, host);
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
 * Takes a host's power away: every process of it is killed, also one in a network or mount namespace that it made
 * itself; with the last one its interfaces are gone. A host's processes are known by their UTS namespace, which
 * nothing in here ever leaves.
 */
export async function powerDown(host: HostName, holder: Holder): Promise<void> {
  const own = await readlink(`/proc/${holder.pid}/ns/uts`);
  const ended = once(holder.process, "exit");
  for (let killed = 1; killed > 0; ) {
    killed = 0;
    for (const name of await readdir("/proc")) {
      if (!/^\d+$/.test(name)) continue;
      if ((await readlink(`/proc/${name}/ns/uts`).catch(() => "")) !== own) continue;
      killed += kill(Number(name));
    }
  }
  await ended;
  // The kernel takes its time to clear a namespace, but this end of the cables goes at once. It may have been faster.
  await run("ip", ["-force", "-batch", "-"], { input: unplugBatch(host) }).catch(() => {});
}

/** A dead process whose parent has not looked yet has no namespaces any more, so it is not met a second time. */
function kill(pid: number): number {
  try {
    process.kill(pid, "SIGKILL");
    return 1;
  } catch {
    return 0; // it was faster
  }
}

function firstLine(child: ChildProcess, host: HostName): Promise<void> {
  return new Promise((resolve, reject) => {
    child.once("exit", (code) => reject(new Error(`${host}: its first process ended with ${code}`)));
    if (child.stdout === null) return reject(new Error(`${host}: no output to read`));
    createInterface(child.stdout).once("line", () => resolve());
  });
}
