import { spawn } from "node:child_process";
import { connect } from "node:net";
import type { Clock } from "../../app/dial/clock.ts";
import type { Outcome, RouterOrders, RouterSight } from "../../contract/portal.ts";
import type { Neighbourhood } from "./neighbours.ts";

/** How long a device may take to answer a connection. */
const portMs = 2000;
/** The kernel asks three times, a second apart. */
const arpMs = 3500;
const arpStepMs = 100;

type Wish = RouterOrders["checks"][number];

/** Looks at a device from the router's side: ARP, then ICMP and the ports. Each port is opened once and closed at once. */
export async function lookAt(wish: Wish, neighbours: Neighbourhood, clock: Clock): Promise<RouterSight> {
  const arp = await resolves(wish.address, neighbours, clock);
  if (arp !== "answers") {
    return {
      arp,
      icmp: wish.icmp ? "silent" : "untested",
      ports: wish.ports.map((port) => ({ port, outcome: "silent" })),
    };
  }
  const [icmp, ports] = await Promise.all([
    wish.icmp ? pings(wish.address) : ("untested" as const),
    Promise.all(wish.ports.map(async (port) => ({ port, outcome: await opens(wish.address, port) }))),
  ]);
  return { arp, icmp, ports };
}

async function resolves(address: string, neighbours: Neighbourhood, clock: Clock): Promise<Outcome> {
  const until = clock.monotonicMs() + arpMs;
  await neighbours.ask([address]);
  for (;;) {
    const state = (await neighbours.read()).find((neighbour) => neighbour.address === address)?.state;
    if (state === "answers" || state === "silent") return state;
    if (clock.monotonicMs() > until) return "silent";
    await new Promise<void>((resolve) => void clock.after(arpStepMs, resolve));
  }
}

function opens(host: string, port: number): Promise<Outcome> {
  return new Promise((resolve) => {
    const socket = connect({ host, port, timeout: portMs });
    const end = (outcome: Outcome): void => {
      resolve(outcome);
      socket.destroy();
    };
    socket.once("connect", () => end("answers"));
    socket.once("timeout", () => end("silent"));
    socket.once("error", (error: NodeJS.ErrnoException) => {
      end(error.code === "ECONNREFUSED" ? "refused" : error.code === "ETIMEDOUT" ? "silent" : "unreachable");
    });
  });
}

function pings(address: string): Promise<Outcome> {
  return new Promise((resolve) => {
    const child = spawn("/usr/bin/ping", ["-n", "-q", "-c", "1", "-W", "2", address], { env: {}, stdio: "ignore" });
    child.on("error", () => resolve("untested")); // not installed
    child.on("close", (code) => resolve(code === 0 ? "answers" : code === 1 ? "silent" : "untested"));
  });
}
