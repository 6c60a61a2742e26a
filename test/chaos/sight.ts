import { randomBytes } from "node:crypto";
import { echoPort } from "../../contract/constants.ts";
import type { Machine } from "../../contract/portal.ts";
import type { AgentState } from "../../contract/state.ts";
import type { Lab } from "../lab/lab.ts";
import type { HostName } from "../lab/topology.ts";
import type { Conditions, Scene, Site } from "./scene.ts";
import type { Seat } from "./seat.ts";

/** What somebody sees who believes none of our programs: kernel, processes, packets. */
export interface Sight {
  /** Whether the account's gateway sends an echo back through the tunnel. */
  readonly gateway: boolean;
  /** Names of the machines whose PLC answers with its own register. */
  readonly answering: ReadonlySet<string>;
  /** Routes of ours into the tunnel, by destination. */
  readonly routes: readonly string[];
  /** What stands on the computer beyond what the journal says, in words. */
  readonly beyond: readonly string[];
}

interface Journal {
  readonly adapter?: string;
  readonly routes?: readonly string[];
  readonly children?: readonly { readonly pid: number }[];
}

/** Looks at a computer and at the PLCs. */
export async function look({ lab, sites }: Scene, seat: Seat): Promise<Sight> {
  const { host } = seat;
  const [standing, answers] = await Promise.all([
    lookAround(lab, host),
    Promise.all(sites.map((site) => readsRegister(lab, seat, site))),
  ]);
  const gateway = await echoes(lab, seat, standing.routes);
  return {
    ...standing,
    gateway,
    answering: new Set(sites.filter((_, index) => answers[index]).map(({ name }) => name)),
  };
}

async function lookAround(lab: Lab, host: HostName): Promise<Pick<Sight, "routes" | "beyond">> {
  // In this order: what is there must have been written down before. The journal is read before and after, because it changes.
  const journals = [await journalOf(lab, host)];
  const script = "ip -o link; echo; ip -4 route show table all proto 177; echo; ps -u anslut-vpn -o pid=,etimes=,args=";
  const text = await lab.output(host, ["sh", "-c", `{ ${script}; } || :`]);
  journals.push(await journalOf(lab, host));
  const [links = "", routeLines = "", processes = ""] = text.split(/^$/m);
  const adapters = linesOf(links).map((line) => line.split(/:\s+|@/)[1] ?? line);
  const routes = linesOf(routeLines).map((line) => networkText(line.split(" ")[0] ?? ""));
  const known = {
    adapters: new Set(["lo", "eth0", ...journals.map(({ adapter }) => adapter)]),
    routes: new Set(journals.flatMap((journal) => journal.routes ?? [])),
    pids: new Set(journals.flatMap(({ children }) => children?.map(({ pid }) => pid) ?? [])),
  };
  const beyond = [
    ...adapters.filter((name) => !known.adapters.has(name)).map((name) => `the adapter ${name}`),
    ...routes.filter((route) => !known.routes.has(route)).map((route) => `the route ${route}`),
    ...linesOf(processes)
      .filter((line) => !known.pids.has(Number.parseInt(line, 10)) && !isPrepared(line))
      .map((line) => `the process ${line}`),
  ];
  return { routes, beyond };
}

/**
 * A relay that opens ways while the ticket is drawn stands in no journal: the helper ends it after 10 s, and it ends with the helper.
 * The line: pid, age in seconds, arguments.
 */
function isPrepared(line: string): boolean {
  const [, age, ...words] = line.split(/\s+/);
  return words.join(" ").endsWith("anslut-helper relay") && Number(age) <= 15;
}

async function journalOf(lab: Lab, host: HostName): Promise<Journal> {
  const { code, stdout } = await lab.exec(host, ["cat", "/var/lib/anslut/journal.json"]);
  return code === 0 ? (JSON.parse(stdout) as { readonly record: Journal }).record : {};
}

async function readsRegister(lab: Lab, { host, user }: Seat, site: Site): Promise<boolean> {
  const argv = ["mbpoll", "-m", "tcp", "-a", "1", "-t", "4", "-r", "1", "-1", "-o", "1", site.plcAddress];
  const { stdout } = await lab.exec(host, argv, { user });
  return Number(/^\[1\]:\s+(\d+)/m.exec(stdout)?.[1]) === site.register;
}

/** The gateway is the first address of the account's slice, the only route of ours into 10.64.0.0/10 that is no host. */
async function echoes(lab: Lab, { host, user }: Seat, routes: readonly string[]): Promise<boolean> {
  const gateway = routes.find((route) => route.endsWith("/32"));
  if (gateway === undefined) return false;
  const nonce = randomBytes(8).toString("hex");
  const to = `UDP4:${gateway.slice(0, -3)}:${echoPort}`;
  const { stdout } = await lab.exec(host, ["socat", "-t1.5", "STDIO", to], { user, input: nonce });
  return stdout === nonce;
}

function networkText(destination: string): string {
  return destination.includes("/") ? destination : `${destination}/32`;
}

function linesOf(text: string): readonly string[] {
  return text
    .split("\n")
    .map((line) => line.trim())
    .filter((line) => line !== "");
}

/** What our programs say that is not so, in words; nothing: all of it is true. */
export function untruths(said: AgentState, seen: Sight, sites: readonly Site[]): readonly string[] {
  const wrong: string[] = [];
  const isReady = said.session.state === "ready";
  if (isReady && !seen.gateway) wrong.push("the session is called ready, and no echo comes through the tunnel");
  if (!isReady && seen.gateway)
    wrong.push(`the session is called ${said.session.state}, and the tunnel carries echoes`);
  for (const site of sites) {
    const state = said.connections.find(({ name }) => name === site.name)?.status.state ?? "not connected";
    const answers = seen.answering.has(site.name);
    const isRouted = seen.routes.includes(site.network);
    if (state === "connected" && !answers) wrong.push(`${site.name} is called connected, and its PLC does not answer`);
    if (state !== "connected" && answers) wrong.push(`${site.name} is called ${state}, and its PLC answers`);
    if (state === "connected" && !isRouted)
      wrong.push(`${site.name} is called connected, and ${site.network} is not routed`);
    if (state === "not connected" && isRouted)
      wrong.push(`${site.name} is not connected, and ${site.network} is routed`);
  }
  return [...wrong, ...seen.beyond.map((what) => `${what} is in no journal`)];
}

/** What the portal shows a colleague with rights of `user` and of the machines that is not so. */
export function portalUntruths(
  shown: readonly Machine[],
  seen: Sight,
  user: string,
  { sites, conditions }: { readonly sites: readonly Site[]; readonly conditions: Conditions },
): readonly string[] {
  return sites.flatMap(({ name, router, network }) => {
    const machine = shown.find((each) => each.name === name);
    if (machine === undefined) return [`the portal does not show ${name}`];
    const wrong: string[] = [];
    if (machine.online && conditions.routers[router] === "off")
      wrong.push(`the portal calls ${name} online, and its router has no power`);
    if (!machine.online && seen.answering.has(name))
      wrong.push(`the portal calls ${name} offline, and its PLC answers through it`);
    const isThere = machine.present.includes(user);
    const isConnected = seen.gateway && seen.routes.includes(network);
    if (isThere !== isConnected)
      wrong.push(
        `the portal says that ${user} is ${isThere ? "" : "not "}at ${name}, and ${isConnected ? "is" : "is not"}`,
      );
    return wrong;
  });
}
