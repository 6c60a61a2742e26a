import { technicians } from "./accounts.ts";
import type { Credentials } from "./credentials.ts";
import { type FirewallName, proxyPorts } from "./firewall.ts";
import type { MachineFacts, PortalFacts } from "./portal.ts";
import { addressOf, machines, officeNetwork, pacUrl, portalAddress, portalName, proxyName } from "./topology.ts";

type Variables = Readonly<Record<string, string>>;

/** The `LAB_*` variables of README.md: every address, name and credential of the lab. */
export function variablesOf(credentials: Credentials, office: FirewallName, facts: PortalFacts | undefined): Variables {
  return {
    LAB_OFFICE: office,
    LAB_OFFICE_NETWORK: officeNetwork,
    LAB_OFFICE_GATEWAY: addressOf("office"),
    LAB_LAPTOP: addressOf("laptop"),
    LAB_LAPTOP2: addressOf("laptop2"),
    LAB_PORTAL_HOST: portalName,
    LAB_PORTAL_ADDRESS: portalAddress,
    LAB_PORTAL_URL: `https://${portalName}`,
    LAB_PROXY_HOST: proxyName,
    LAB_PROXY_ADDRESS: addressOf("proxy"),
    LAB_PROXY_PORT_OPEN: String(proxyPorts.open),
    LAB_PROXY_PORT_BASIC: String(proxyPorts.basic),
    LAB_PROXY_PORT_DIGEST: String(proxyPorts.digest),
    LAB_PROXY_PORT_TINYPROXY: String(proxyPorts.tinyproxy),
    LAB_PAC_URL: pacUrl,
    LAB_PROXY_USER: credentials.proxy.user,
    LAB_PROXY_PASSWORD: credentials.proxy.password,
    ...merged(machines.map((machine) => machineVariables(machine, credentials))),
    ...(facts === undefined ? {} : portalVariables(facts)),
  };
}

function machineVariables(
  { number, plc, hmi, network }: (typeof machines)[number],
  credentials: Credentials,
): Variables {
  const drawn = credentials.machines.find((each) => each.number === number)!;
  return prefixed(`LAB_MACHINE${number}_`, {
    NETWORK: network,
    PLC: addressOf(plc),
    REGISTER: String(drawn.register),
    HMI: addressOf(hmi),
    HMI_TITLE: drawn.title,
  });
}

function portalVariables({ fingerprint, technicians: people, machines: entries }: PortalFacts): Variables {
  const [first] = technicians;
  const sign = (prefix: string, person: PortalFacts["technicians"][number]): Variables =>
    prefixed(prefix, {
      ACCOUNT: person.account,
      USER: person.user,
      PASSWORD: person.password,
      TOTP_SECRET: person.totpSecret,
    });
  return {
    LAB_PORTAL_FINGERPRINT: fingerprint,
    ...merged(people.filter(({ user }) => user === first.user).map((person) => sign("LAB_", person))),
    ...merged(people.map((person) => sign(`LAB_${person.user.toUpperCase()}_`, person))),
    ...merged(entries.map(entryVariables)),
  };
}

/** Under which addresses a machine is reached through the tunnel. */
function entryVariables({ name, serial, number, standIn }: MachineFacts): Variables {
  const machine = machines.find((each) => each.number === number);
  if (machine === undefined) return {};
  const network = standIn ?? machine.network;
  return prefixed(`LAB_MACHINE${machine.number}_`, {
    NAME: name,
    SERIAL: serial,
    REMOTE_NETWORK: network,
    REMOTE_PLC: sameHost(addressOf(machine.plc), network),
    REMOTE_HMI: sameHost(addressOf(machine.hmi), network),
  });
}

/** The address with the same last number in another /24. */
function sameHost(address: string, network: string): string {
  const bytes = (text: string): readonly string[] => text.split("/")[0]!.split(".");
  return [...bytes(network).slice(0, 3), bytes(address)[3]].join(".");
}

function prefixed(prefix: string, values: Variables): Variables {
  return Object.fromEntries(Object.entries(values).map(([name, value]) => [prefix + name, value]));
}

function merged(all: readonly Variables[]): Variables {
  return Object.assign({}, ...all);
}
