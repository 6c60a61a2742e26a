import type { DaemonPlan } from "./daemon.ts";
import type { MachineFacts, PortalFacts } from "./portal.ts";
import { type HostName, machines, portalName } from "./topology.ts";
import type { World } from "./world.ts";

/** The privileged service, as its unit starts it. */
export function helperDaemon(host: HostName): DaemonPlan {
  return { host, name: "helper", argv: ["/opt/anslut/anslut-helper", "serve"], ready: /listening on/, restartMs: 1000 };
}

/** Starts the helper of both laptops and of every router. */
export async function openHelpers(world: World): Promise<void> {
  const everywhere: readonly HostName[] = ["laptop", "laptop2", ...machines.map(({ router }) => router)];
  await Promise.all(everywhere.map((host) => world.install(helperDaemon(host))));
}

/** Enrols every machine's router with its one-time token, starts it, and waits until it is connected. */
export async function openRouters(world: World, facts: PortalFacts): Promise<void> {
  await Promise.all(facts.machines.map((machine) => openRouter(world, machine, facts.fingerprint)));
}

async function openRouter(world: World, facts: MachineFacts, fingerprint: string): Promise<void> {
  const machine = machines.find((each) => each.number === facts.number);
  if (machine === undefined || facts.token === null) return;
  const host = machine.router;
  const program = "/opt/anslut/bin/anslut-router";
  const identity = ["--portal", portalName, "--fingerprint", fingerprint, "--serial", facts.serial, "--token-stdin"];
  await world.errand({ host, argv: [program, "enrol", ...identity, "--lan", "lan0", "--wan", "wan0"] }, facts.token);
  const user = { host, user: "anslut-router", ambient: ["net_admin"] } as const;
  const daemon = await world.install({
    ...user,
    name: "router",
    // As its unit: the firewall first, then forwarding, which belongs to root.
    before: [
      { ...user, argv: [program, "firewall"] },
      { host, argv: ["sysctl", "-q", "-w", "net.ipv4.ip_forward=1"] },
    ],
    argv: [program, "run", "--json"],
    // Up, not connected: after a power cut the portal may be away for long.
    ready: /"state":"starting"/,
    restartMs: 5000,
  });
  await daemon.said(/"state":"connected"/);
}
