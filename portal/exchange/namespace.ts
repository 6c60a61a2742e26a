import { spawn } from "node:child_process";
import { Socket } from "node:dgram";
import { statSync, writeFileSync } from "node:fs";
import { readdir, readlink } from "node:fs/promises";
import { echoPort } from "../../contract/constants.ts";
import type { Place, Slice } from "./addresses.ts";
import { isOurName, placeOf, portalLinkAddress, routersDevice } from "./addresses.ts";
import { prepareFromInside } from "./namespace-child.ts";
import { inside, ip, programs } from "./programs.ts";

/** Makes the namespace, its link to this host, and what all its tunnels share. */
export async function createNamespace(place: Place, [primary, second]: readonly [Slice, Slice]): Promise<void> {
  await ip([
    `netns add ${place.namespace}`,
    `link add ${place.link} type veth peer name front netns ${place.namespace}`,
    `addr add ${portalLinkAddress}/32 peer ${place.linkAddress}/32 dev ${place.link}`,
    `link set ${place.link} up`,
  ]);
  disableIpv6(place.link);
  await ip(
    [
      "link set lo up",
      `addr add ${place.linkAddress}/32 peer ${portalLinkAddress}/32 dev front`,
      "link set front up",
      // Here and not only on the TAPs: the echo listens before the first tunnel comes.
      `addr add ${primary.gateway}/32 dev lo`,
      `addr add ${second.gateway}/32 dev lo`,
      `addr add ${primary.routerGateway}/32 dev lo`,
      `tuntap add dev ${routersDevice} mode tun user ${place.uid}`,
      `link set ${routersDevice} up`,
      `route add ${primary.routers} dev ${routersDevice} src ${primary.routerGateway}`,
    ],
    place,
  );
}

/** Removes a namespace, whatever runs in it, and with it its link. Nothing there: nothing to do. */
export async function removeNamespace(place: Place): Promise<void> {
  for (const pid of await processesIn(place)) {
    try {
      process.kill(pid, "SIGKILL");
    } catch {
      // It ended by itself.
    }
  }
  await ip([`link del ${place.link}`]).catch(() => {});
  await ip([`netns del ${place.namespace}`]);
}

/** Removes what an exchange that died left behind. */
export async function removeLeftovers(): Promise<readonly string[]> {
  const names = (await readdir("/run/netns").catch(() => [])).filter(isOurName);
  await Promise.all(names.map((name) => removeNamespace(placeOf(Number(name.slice(name.indexOf("-") + 1))))));
  return names;
}

async function processesIn(place: Place): Promise<readonly number[]> {
  const { ino } = statSync(place.namespacePath);
  const pids = (await readdir("/proc")).filter((name) => /^\d+$/.test(name));
  const links = await Promise.all(pids.map((pid) => readlink(`/proc/${pid}/ns/net`).catch(() => "")));
  return pids.filter((_, index) => links[index] === `net:[${ino}]`).map(Number);
}

function disableIpv6(link: string): void {
  try {
    writeFileSync(`/proc/sys/net/ipv6/conf/${link}/disable_ipv6`, "1");
  } catch {
    // A kernel without IPv6.
  }
}

/**
 * Sets the namespace's switches and binds the echo sockets in it, by a child that lives for 50 ms: Node cannot enter a
 * namespace, but takes a bound socket from a child that was started there.
 */
export function prepareNamespace(place: Place, addresses: readonly string[]): Promise<readonly Socket[]> {
  const script = `(${prepareFromInside.toString()})(${echoPort}, ${JSON.stringify(addresses)})`;
  const args = [...inside(place), process.execPath, "-e", script];
  const child = spawn(programs.nsenter, args, { env: {}, cwd: "/", stdio: ["ignore", "ignore", "pipe", "ipc"] });
  return new Promise((resolve, reject) => {
    const sockets: Socket[] = [];
    let said = "";
    child.stderr?.on("data", (chunk: Buffer) => {
      said += chunk.toString();
    });
    child.on("message", (_message, handle) => {
      if (handle instanceof Socket) sockets.push(handle);
    });
    child.once("error", reject);
    child.once("close", (code) => {
      if (code === 0 && sockets.length === addresses.length) return resolve(sockets);
      for (const socket of sockets) socket.close();
      reject(new Error(`preparing ${place.namespace} failed: ${said.slice(-500)}`));
    });
  });
}

/** Sends every datagram back where it came from, unchanged (contract/constants.ts, `echoPort`). */
export function answerEchoes(socket: Socket): void {
  socket.on("message", (nonce, from) => socket.send(nonce, from.port, from.address, () => {}));
  socket.on("error", () => {});
}
