import { randomBytes } from "node:crypto";
import { accountNames, machineEntries, technicians } from "./accounts.ts";
import { drawPassword } from "./credentials.ts";
import { machines, portalAddress, portalName } from "./topology.ts";
import type { World } from "./world.ts";

/** What the portal drew and was told. */
export interface PortalFacts {
  /** SHA-256 of its own CA's certificate, as `portal add` wants it. */
  readonly fingerprint: string;
  readonly technicians: readonly {
    readonly account: string;
    readonly user: string;
    readonly password: string;
    readonly totpSecret: string;
  }[];
  readonly machines: readonly MachineFacts[];
}

export interface MachineFacts {
  readonly account: string;
  readonly name: string;
  readonly serial: string;
  readonly number: number | null;
  /** The prefix under which its network is known in the tunnel, where that is not its own. */
  readonly standIn: string | null;
  /** The router's one-time token; null for a machine without router. */
  readonly token: string | null;
}

/** Sets up the portal through its own command line, starts it, and waits until it says it is ready. */
export async function openPortal(world: World): Promise<PortalFacts> {
  const init = await portal(world, ["init", "--host", portalName, "--address", portalAddress]);
  await Promise.all(accountNames.map((name) => portal(world, ["account", "add", name])));
  const [drawn, entries] = await Promise.all([addTechnicians(world), addMachines(world)]);
  await grant(world);
  await world.install({
    host: "portal",
    name: "portal",
    argv: ["/opt/anslut/bin/anslut-portal", "serve"],
    ready: /^ready /,
    restartMs: 1000,
  });
  return { fingerprint: textOf(init, "authority"), technicians: drawn, machines: entries };
}

async function addTechnicians(world: World): Promise<PortalFacts["technicians"]> {
  return Promise.all(
    technicians.map(async ({ account, user }) => {
      const password = drawPassword();
      const argv = ["user", "add", account, user, "--password-stdin", "--second-factor"];
      const { secondFactor } = await portal(world, argv, password);
      return { account, user, password, totpSecret: textOf(secondFactor, "secret") };
    }),
  );
}

async function addMachines(world: World): Promise<readonly MachineFacts[]> {
  const entries = machineEntries.map((entry) => ({ ...entry, serial: `SN-${randomBytes(4).toString("hex")}` }));
  await Promise.all(
    entries.map(({ account, name, customer, place, serial }) => {
      const words = ["--customer", customer, "--place", place, "--serial", serial];
      return portal(world, ["machine", "add", account, name, ...words]);
    }),
  );
  const standIns = new Map<string, string | null>();
  for (const { account, name, number } of entries) {
    const machine = machines.find((each) => each.number === number);
    if (machine === undefined) continue;
    // One after the other: which of two equal networks gets the stand-in prefix is a matter of who came first.
    const network = await portal(world, ["machine", "network", "add", account, name, machine.network]);
    standIns.set(name, typeof network.standIn === "string" ? network.standIn : null);
  }
  return Promise.all(
    entries.map(async ({ account, name, number, serial }): Promise<MachineFacts> => {
      const machine = machines.find((each) => each.number === number);
      if (machine === undefined) return { account, name, serial, number: null, standIn: null, token: null };
      if (machine.sourceNat) {
        await portal(world, ["machine", "network", "source-nat", account, name, machine.network, "on"]);
      }
      const { token } = await portal(world, ["enrol", account, name]);
      return { account, name, serial, number, standIn: standIns.get(name) ?? null, token: String(token) };
    }),
  );
}

async function grant(world: World): Promise<void> {
  const all = technicians.flatMap(({ account, user, machines: names }) =>
    names.map((machine) => ["grant", "add", account, user, machine]),
  );
  await Promise.all(all.map((argv) => portal(world, argv)));
}

/** Runs `anslut-portal … --json` as root on the portal's host. */
async function portal(
  world: World,
  argv: readonly string[],
  input?: string,
): Promise<Readonly<Record<string, unknown>>> {
  const plan = { host: "portal", argv: ["/opt/anslut/bin/anslut-portal", ...argv, "--json"] } as const;
  return objectOf(JSON.parse(await world.errand(plan, input)));
}

function objectOf(value: unknown): Readonly<Record<string, unknown>> {
  if (typeof value === "object" && value !== null) return value as Readonly<Record<string, unknown>>;
  throw new Error(`anslut-portal said ${JSON.stringify(value)}`);
}

function textOf(value: unknown, key: string): string {
  const text = objectOf(value)[key];
  if (typeof text !== "string") throw new Error(`anslut-portal said no ${key}: ${JSON.stringify(value)}`);
  return text;
}
