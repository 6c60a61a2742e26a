import type { FirewallName } from "../lab/firewall.ts";
import type { Lab } from "../lab/lab.ts";
import { type Narrator, StepFailed } from "./narrator.ts";
import { Observer } from "./observer.ts";
import { errorText, Technician } from "./technician.ts";

/** What the play came to: the facts a reader would want to check. */
export interface Facts {
  endpoint: string | null;
  address: string | null;
  routes: readonly string[];
  register: { readonly drawn: number; readonly read: number } | null;
  title: { readonly drawn: string; readonly read: string } | null;
  proxyLog: string | null;
  /** Where there was no way: what to ask the office's IT for. */
  ask: string | null;
}

export function noFacts(): Facts {
  return { endpoint: null, address: null, routes: [], register: null, title: null, proxyLog: null, ask: null };
}

/** Everyone on the stage. */
export interface Cast {
  readonly lab: Lab;
  readonly office: FirewallName;
  readonly narrator: Narrator;
  readonly technician: Technician;
  readonly observer: Observer;
  readonly facts: Facts;
}

export function castOf(lab: Lab, office: FirewallName, narrator: Narrator): Cast {
  const facts = noFacts();
  return { lab, office, narrator, technician: new Technician(lab), observer: new Observer(lab), facts };
}

/** From a laptop that has never seen the portal to a register read from the PLC. */
export async function reachMachine(cast: Cast): Promise<void> {
  const { lab, narrator, technician, observer, facts } = cast;
  const plc = lab.variable("MACHINE1_REMOTE_PLC");
  const machine = lab.variable("MACHINE1_NAME");
  await narrator.step("The PLC before", () => observer.expectUnreachable(plc), String);
  if (cast.office === "proxyOnly") await setProxy(cast);
  await narrator.step("anslut portal add", () => addPortal(cast), String);
  await narrator.step(
    "anslut login",
    () => signIn(cast),
    () => "password and second factor accepted",
  );
  const dialled = await narrator.step(
    "anslut dial",
    () => dial(technician),
    (found) => `ready through ${found.endpoint}`,
  );
  facts.endpoint = dialled.endpoint;
  facts.address = dialled.address;
  await narrator.step(
    "  the lease",
    async () => dialled,
    ({ address, gateway }) => `${address} by DHCP, the account's gateway is ${gateway}`,
  );
  await narrator.step(
    `anslut connect ${machine}`,
    () => technician.must(["connect", machine]),
    (said) => connectionText(said),
  );
  facts.routes = await narrator.step(
    "  the routes",
    () => expectRoute(cast),
    (routes) => routes.join("\n"),
  );
  facts.register = await narrator.step(
    "Modbus register 1 of the PLC",
    () => readRegister(cast, plc),
    ({ read }) => `${read}, as drawn when the lab opened`,
  );
  facts.title = await narrator.step(
    "page of the HMI",
    () => readTitle(cast),
    ({ read }) => `“${read}”, as drawn when the lab opened`,
  );
}

/** Hangs up, whatever came before, and looks whether anything is left. */
export async function leave(cast: Cast): Promise<void> {
  const { lab, narrator, technician, observer, facts } = cast;
  const plc = lab.variable("MACHINE1_REMOTE_PLC");
  const carried = facts.endpoint !== null && cast.office === "proxyOnly";
  const logged = carried ? await observer.proxyLogLength() : 0;
  await narrator.step(
    "anslut hang-up",
    () => technician.must(["hang-up"]),
    () => "hung up",
  );
  await narrator.step("The PLC after", () => observer.expectUnreachable(plc), String);
  await narrator.step("What is left on the laptop", () => observer.expectNothingLeft(), String);
  if (carried) {
    facts.proxyLog = await narrator.step("squid's own log of it", () => observer.proxyLogAfter(logged), String);
  }
  await narrator.step(
    "anslut quit",
    () => technician.must(["quit"]),
    () => "the agent has ended",
  );
}

/** Where no way leads out: what the doctor says to ask for. */
export async function askDoctor(cast: Cast): Promise<void> {
  const { narrator, technician, facts, lab } = cast;
  facts.ask = await narrator.step(
    "anslut doctor",
    async () => {
      const { value } = await technician.say(["doctor", lab.variable("PORTAL_HOST")]);
      const { diagnosis } = value as {
        readonly diagnosis?: { readonly ask: readonly { readonly host: string; readonly port: number }[] };
      };
      const first = diagnosis?.ask[0];
      if (first === undefined)
        throw new StepFailed(`the doctor does not know what to ask for: ${JSON.stringify(value)}`);
      const ports = diagnosis?.ask.map(({ port }) => port).join(" or ");
      return `Ask this office's IT to let TCP out to ${first.host}, port ${ports}: any one of them is enough.`;
    },
    String,
  );
}

async function setProxy({ lab, technician, narrator }: Cast): Promise<void> {
  const proxy = `${lab.variable("PROXY_HOST")}:${lab.variable("PROXY_PORT_BASIC")}`;
  const words = ["proxy", "manual", proxy, "--username", lab.variable("PROXY_USER"), "--password-stdin"];
  await narrator.step(
    "anslut proxy manual",
    () => technician.must(words, `${lab.variable("PROXY_PASSWORD")}\n`),
    () => `${proxy}, with a password`,
  );
}

async function addPortal({ lab, technician }: Cast): Promise<string> {
  const fingerprint = lab.variable("PORTAL_FINGERPRINT");
  await technician.must(["portal", "add", lab.variable("PORTAL_HOST"), "--fingerprint", fingerprint]);
  return `its authority is ${fingerprint.slice(0, 16)}…, as confirmed`;
}

async function signIn({ lab, technician }: Cast): Promise<unknown> {
  const words = [
    "login",
    "--account",
    lab.variable("ACCOUNT"),
    "--user",
    lab.variable("USER"),
    "--password-stdin",
    "--code-stdin",
  ];
  return await technician.must(words, `${lab.variable("PASSWORD")}\n${await technician.secondFactor()}\n`);
}

async function dial(
  technician: Technician,
): Promise<{ readonly endpoint: string; readonly address: string; readonly gateway: string }> {
  const { session, tunnel } = (await technician.must(["dial"])) as {
    readonly session: {
      readonly endpoint: {
        readonly host: string;
        readonly port: number;
        readonly proxy: string | null;
        readonly wrapped: boolean;
      };
    };
    readonly tunnel: { readonly slice: { readonly address: string; readonly gateway: string } };
  };
  const { host, port, proxy, wrapped } = session.endpoint;
  const through = proxy === null ? "" : `, through ${proxy}`;
  return { endpoint: `${host}:${port}${wrapped ? ", wrapped in TLS" : ""}${through}`, ...tunnel.slice };
}

function connectionText(said: Readonly<Record<string, unknown>>): string {
  const { connection } = said as {
    readonly connection: { readonly status: { readonly state: string; readonly roundTripMs?: number } };
  };
  if (connection.status.state !== "connected") throw new StepFailed(errorText(said));
  return `connected, the router answers in ${connection.status.roundTripMs} ms`;
}

async function expectRoute({ lab, observer }: Cast): Promise<readonly string[]> {
  const network = lab.variable("MACHINE1_REMOTE_NETWORK");
  const routes = await observer.routes();
  if (!routes.some((route) => route.startsWith(`${network} `)))
    throw new StepFailed(`${network} is not routed: ${routes.join("; ")}`);
  return routes;
}

async function readRegister(
  { lab, technician }: Cast,
  plc: string,
): Promise<{ readonly drawn: number; readonly read: number }> {
  const drawn = Number(lab.variable("MACHINE1_REGISTER"));
  const read = await technician.register(plc);
  if (read !== drawn) throw new StepFailed(`the register holds ${read}, but ${drawn} was drawn`);
  return { drawn, read };
}

async function readTitle({ lab, technician }: Cast): Promise<{ readonly drawn: string; readonly read: string }> {
  const drawn = lab.variable("MACHINE1_HMI_TITLE");
  const read = await technician.title(lab.variable("MACHINE1_REMOTE_HMI"));
  if (read !== drawn) throw new StepFailed(`the title is “${read}”, but “${drawn}” was drawn`);
  return { drawn, read };
}
