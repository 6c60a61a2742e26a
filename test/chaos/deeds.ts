import type { FirewallName } from "../lab/firewall.ts";
import type { HostName } from "../lab/topology.ts";
import type { Chance } from "./chance.ts";
import { type Conditions, programs, type Scene, type Site } from "./scene.ts";
import { causeOf, type Said } from "./seat.ts";

/** Something that is done or happens. Chosen, and its details drawn, by conditions and chance alone. */
export interface Deed {
  readonly name: string;
  readonly weight: number;
  readonly isPossible: (now: Conditions) => boolean;
  /** What came of it, in a few words. */
  readonly act: (scene: Scene, chance: Chance) => Promise<string>;
}

const always = (): boolean => true;

/** What people do. */
const actions: readonly Deed[] = [
  {
    name: "dial",
    weight: 8,
    isPossible: ({ dialled }) => !dialled,
    act: async ({ technician, conditions }) => {
      conditions.dialled = true;
      return outcome(await technician.say(["dial"]));
    },
  },
  {
    name: "hang up",
    weight: 1,
    isPossible: ({ dialled }) => dialled,
    act: async ({ technician, conditions }) => {
      conditions.dialled = false;
      conditions.connected.clear();
      return outcome(await technician.say(["hang-up"]));
    },
  },
  {
    name: "connect",
    weight: 10,
    isPossible: ({ connected }) => connected.size < 2,
    act: async ({ technician, conditions, sites }, chance) => {
      const site = chance.pick(sites.filter(({ name }) => !conditions.connected.has(name)));
      conditions.dialled = true; // it dials first
      conditions.connected.add(site.name);
      return `${site.name}: ${outcome(await technician.say(["connect", site.name]))}`;
    },
  },
  {
    name: "disconnect",
    weight: 2,
    isPossible: ({ connected }) => connected.size > 0,
    act: async ({ technician, conditions }, chance) => {
      const name = chance.pick([...conditions.connected]);
      conditions.connected.delete(name);
      return `${name}: ${outcome(await technician.say(["disconnect", name]))}`;
    },
  },
  {
    name: "quit the agent",
    weight: 0.5,
    isPossible: always,
    act: async ({ technician, conditions }) => {
      conditions.dialled = false;
      conditions.connected.clear();
      return outcome(await technician.say(["quit"]));
    },
  },
  {
    name: "the colleague dials",
    weight: 2,
    isPossible: ({ colleague }) => !colleague,
    act: async ({ colleague, conditions }) => {
      conditions.colleague = true;
      return outcome(await colleague.say(["dial"]));
    },
  },
  {
    name: "the colleague wants a machine",
    weight: 2,
    isPossible: ({ colleague }) => colleague,
    act: async ({ colleague, sites }, chance) => {
      const site = chance.pick(sites);
      const said = await colleague.say(["connect", site.name]);
      if (said.code === 0) throw new Error(`ben has no right on ${site.name} and is connected`);
      return `${site.name}: ${outcome(said)}`;
    },
  },
  {
    name: "the colleague hangs up",
    weight: 1,
    isPossible: ({ colleague }) => colleague,
    act: async ({ colleague, conditions }) => {
      conditions.colleague = false;
      return outcome(await colleague.say(["hang-up"]));
    },
  },
  {
    name: "another user of the laptop dials",
    weight: 1,
    isPossible: always,
    act: async ({ lab }) => {
      const argv = ["/opt/anslut/bin/anslut", "dial", "--json"];
      const { code, stdout } = await lab.exec("laptop", argv, { user: "visitor" });
      if (code === 0) throw new Error(`the visitor is not signed in, and dials: ${stdout}`);
      return outcome({ code, value: JSON.parse(stdout) as Said["value"] });
    },
  },
];

/** What the administrator does. */
const rights: readonly Deed[] = [
  {
    name: "a right is withdrawn",
    weight: 2,
    isPossible: ({ rights: held, portal }) => held.size > 0 && portal === "on",
    act: async (scene, chance) => {
      const name = chance.pick([...scene.conditions.rights]);
      await scene.withdraw(name);
      return name;
    },
  },
  {
    name: "a right is given",
    weight: 4,
    isPossible: ({ rights: held, portal }) => held.size < 2 && portal === "on",
    act: async (scene, chance) => {
      const { name } = chance.pick(scene.sites.filter((site) => !scene.conditions.rights.has(site.name)));
      await scene.grant(name);
      return name;
    },
  },
  {
    name: "the user is disabled",
    weight: 1,
    isPossible: ({ user, portal }) => user === "enabled" && portal === "on",
    act: async (scene) => {
      await scene.administer(["user", "disable", "acme", "anna"]);
      scene.conditions.user = "disabled";
      return "";
    },
  },
  {
    name: "the user is enabled",
    weight: 4,
    isPossible: ({ user, portal }) => user === "disabled" && portal === "on",
    act: async (scene) => {
      await enableUser(scene);
      return "";
    },
  },
];

/** kill -9, each followed by what systemd would do. */
const kills: readonly Deed[] = [
  killing("the laptop's openvpn", "laptop", ["-u", "anslut-vpn", "-x", "openvpn"]),
  killing("the laptop's relay", "laptop", ["-u", "anslut-vpn", "-f", "relay"]),
  killing("the agent", "laptop", ["-u", "tech", "-f", "agent.mjs"]),
  killing("exchange", "portal", ["-f", "exchange.mjs"], ({ portal }) => portal === "on"),
  killing("front", "portal", ["-f", "front.mjs"], ({ portal }) => portal === "on"),
  killing("web", "portal", ["-f", "web.mjs"], ({ portal }) => portal === "on"),
  killing("every openvpn of the portal", "portal", ["-x", "openvpn"], ({ portal }) => portal === "on"),
  killing("the portal's dnsmasq", "portal", ["-x", "dnsmasq"], ({ portal }) => portal === "on"),
  {
    name: "kill -9 of the helper, started again",
    weight: 2,
    isPossible: ({ helper }) => helper === "on",
    act: async (scene) => {
      return `${await scene.killForAMoment("laptop", programs.helper)} killed`;
    },
  },
  {
    name: "kill -9 of the helper, which stays away",
    weight: 1,
    isPossible: ({ helper }) => helper === "on",
    act: async (scene) => {
      scene.conditions.helper = "off";
      return `${await scene.takeHelper()} killed`;
    },
  },
  {
    name: "the helper is started",
    weight: 4,
    isPossible: ({ helper }) => helper === "off",
    act: async (scene) => {
      scene.conditions.helper = "on";
      await scene.giveHelper();
      return "";
    },
  },
  {
    name: "kill -9 of a router's program, started again",
    weight: 2,
    isPossible: ({ routers }) => Object.values(routers).includes("on"),
    act: async (scene, chance) => {
      const router = chance.pick(routersThatAre(scene.conditions, "on"));
      return `${router}: ${await scene.killForAMoment(router, programs.router)} killed`;
    },
  },
  {
    name: "kill -9 of a router's helper, started again",
    weight: 1,
    isPossible: ({ routers }) => Object.values(routers).includes("on"),
    act: async (scene, chance) => {
      const router = chance.pick(routersThatAre(scene.conditions, "on"));
      return `${router}: ${await scene.killForAMoment(router, programs.helper)} killed`;
    },
  },
  {
    name: "kill -9 of the whole portal, started again",
    weight: 1,
    isPossible: ({ portal }) => portal === "on",
    act: async (scene) => {
      const count = await scene.kill("portal", "-f", "(portal|web|exchange|front).mjs");
      const group = await scene.kill("portal", "-x", "openvpn|dnsmasq"); // the unit's control group goes with it
      await scene.portalAnswers();
      return `${count + group} killed`;
    },
  },
];

/** Cables, lines, firewalls, power. */
const faults: readonly Deed[] = [
  toggled("the laptop's cable", 2, "cable", ["in", "out"], ({ lab }, to) =>
    to === "out" ? lab.unplug("laptop") : lab.plug("laptop"),
  ),
  toggled("the office's line", 2, "line", ["good", "cut"], ({ lab }, to) =>
    to === "cut" ? lab.cut("office") : lab.restore("office"),
  ),
  {
    name: "another firewall",
    weight: 4,
    isPossible: always,
    act: async ({ lab, conditions }, chance) => {
      const names: readonly FirewallName[] = [
        "open",
        "only443",
        "only80",
        "proxyOnly",
        "silentDrop",
        "tlsOnly",
        "reject",
      ];
      conditions.office = chance.pick(names.filter((name) => name !== conditions.office));
      await lab.setFirewall(conditions.office);
      return conditions.office;
    },
  },
  {
    name: "the proxies lose their power",
    weight: 1,
    isPossible: ({ proxies }) => proxies === "up",
    act: async ({ lab, conditions }) => {
      conditions.proxies = "dead";
      await lab.powerCut("proxy");
      return "";
    },
  },
  {
    name: "the proxies have power again",
    weight: 3,
    isPossible: ({ proxies }) => proxies === "dead",
    act: async ({ lab, conditions }) => {
      conditions.proxies = "up";
      await lab.powerOn("proxy");
      return "";
    },
  },
  toggled("the portal's power", 1, "portal", ["on", "off"], ({ lab }, to) =>
    to === "off" ? lab.powerCut("portal") : lab.powerOn("portal"),
  ),
  {
    name: "a router loses its power",
    weight: 2,
    isPossible: ({ routers }) => Object.values(routers).includes("on"),
    act: async ({ lab, conditions }, chance) => {
      const router = chance.pick(routersThatAre(conditions, "on"));
      conditions.routers[router] = "off";
      await lab.powerCut(router);
      return router;
    },
  },
  {
    name: "a router has power again",
    weight: 4,
    isPossible: ({ routers }) => Object.values(routers).includes("off"),
    act: async (scene, chance) => {
      const router = chance.pick(routersThatAre(scene.conditions, "off"));
      scene.conditions.routers[router] = "on";
      await scene.lab.powerOn(router);
      return router;
    },
  },
  {
    name: "the laptop loses its power and gets it again",
    weight: 1,
    isPossible: ({ cable, helper }) => cable === "in" && helper === "on",
    act: async ({ lab, conditions }) => {
      await lab.powerCut("laptop");
      await lab.powerOn("laptop");
      conditions.dialled = false;
      conditions.connected.clear();
      return "";
    },
  },
  {
    name: "a PLC's cable goes or comes",
    weight: 2,
    isPossible: always,
    act: async ({ lab, conditions, sites }, chance) => {
      const { plc } = chance.pick(sites);
      const to = conditions.plcs[plc] === "in" ? "out" : "in";
      conditions.plcs[plc] = to;
      await (to === "out" ? lab.unplug(plc) : lab.plug(plc));
      return `${plc} ${to}`;
    },
  },
];

/** All is mended and the technician tries again, as a person would: what he wants must come about. */
export const calm: Deed = {
  name: "calm",
  weight: 5,
  isPossible: always,
  act: async (scene) => {
    const mended = await mend(scene);
    const tries = await comeAbout(scene);
    return [...mended, ...tries].join(", ") || "all was well";
  },
};

export const deeds: readonly Deed[] = [...actions, ...rights, ...kills, ...faults, calm];

async function enableUser(scene: Scene): Promise<void> {
  await scene.administer(["user", "enable", "acme", "anna"]);
  scene.conditions.user = "enabled";
}

/** How long a person waits for what he wants once nothing stands in the way: a router's longest pause, a dial, a connect. */
const patienceMs = 90_000;

/** Tries until tunnel and connections are as wanted. @throws if they do not come about */
async function comeAbout({ technician, conditions }: Scene): Promise<readonly string[]> {
  const deadline = Date.now() + patienceMs;
  const tried: string[] = [];
  for (;;) {
    const { session, connections } = await technician.state();
    const open = connections.filter(({ status }) => status.state === "connected").map(({ name }) => name);
    const missing = [...conditions.connected].filter((name) => !open.includes(name));
    const isWell = session.state === "ready" ? missing.length === 0 : !conditions.dialled;
    if (isWell && session.state !== "signedOut") return tried;
    if (Date.now() > deadline) {
      throw new Error(
        `nothing stands in the way for ${patienceMs / 1000} s, and it is ${JSON.stringify({ session, connections, tried })}`,
      );
    }
    const words = nextTry(session.state, missing);
    if (words === "sign in") {
      const said = await technician.signIn();
      if (said.code !== 0) throw new Error(`all is well, and anna cannot sign in: ${JSON.stringify(said.value)}`);
      tried.push("signed in");
    } else if (words !== null) {
      tried.push(`${words.join(" ")}: ${outcome(await technician.say(words))}`);
    }
  }
}

// A session that tries by itself is left alone.
function nextTry(state: string, missing: readonly string[]): readonly string[] | "sign in" | null {
  if (state === "signedOut") return "sign in";
  if (state === "ready" && missing[0] !== undefined) return ["connect", missing[0]];
  return state === "failed" || state === "signedIn" ? ["dial"] : null;
}

async function mend(scene: Scene): Promise<readonly string[]> {
  const { lab, conditions, sites } = scene;
  const mended: string[] = [];
  const fix = async (name: string, isBroken: boolean, act: () => Promise<void>): Promise<void> => {
    if (!isBroken) return;
    await act();
    mended.push(name);
  };
  await fix("cable", conditions.cable === "out", () => lab.plug("laptop"));
  await fix("line", conditions.line === "cut", () => lab.restore("office"));
  await fix("firewall", conditions.office !== "open", () => lab.setFirewall("open"));
  await fix("proxies", conditions.proxies === "dead", () => lab.powerOn("proxy"));
  await fix("portal", conditions.portal === "off", () => lab.powerOn("portal"));
  await fix("helper", conditions.helper === "off", () => scene.giveHelper());
  Object.assign(conditions, { cable: "in", line: "good", office: "open", proxies: "up", portal: "on", helper: "on" });
  for (const { name, router, plc } of sites) {
    await fix(router, conditions.routers[router] === "off", () => lab.powerOn(router));
    await fix(plc, conditions.plcs[plc] === "out", () => lab.plug(plc));
    conditions.routers[router] = "on";
    conditions.plcs[plc] = "in";
    await fix(`right on ${name}`, !conditions.rights.has(name), () => scene.grant(name));
  }
  await fix("user", conditions.user === "disabled", () => enableUser(scene));
  return mended;
}

function routersThatAre({ routers }: Conditions, state: "on" | "off"): readonly Site["router"][] {
  return (["router1", "router2"] as const).filter((router) => routers[router] === state);
}

function killing(
  what: string,
  host: HostName,
  pattern: readonly string[],
  isPossible: Deed["isPossible"] = always,
): Deed {
  return {
    name: `kill -9 of ${what}`,
    weight: 2,
    isPossible,
    act: async (scene) => `${await scene.kill(host, ...pattern)} killed`,
  };
}

/** Broken with the given weight, mended twice as often. */
function toggled<Key extends "cable" | "line" | "portal">(
  what: string,
  weight: number,
  key: Key,
  [good, bad]: readonly [Conditions[Key], Conditions[Key]],
  set: (scene: Scene, to: Conditions[Key]) => Promise<void>,
): Deed {
  return {
    name: what,
    weight: weight * 2,
    isPossible: always,
    act: async (scene) => {
      const to = scene.conditions[key] === good ? bad : good;
      scene.conditions[key] = to;
      await set(scene, to);
      return to;
    },
  };
}

function outcome(said: Said): string {
  if (said.code === 0) return "done";
  return causeOf(said) ?? `ended with ${said.code}`;
}
