import type { Credentials } from "./credentials.ts";
import { type FirewallName, proxyPorts } from "./firewall.ts";
import { addressOf, machines, officeNetwork, portalAddress, portalName, proxyName } from "./topology.ts";

/** The `LAB_*` variables of README.md: every address, name and credential of the lab. */
export function variablesOf(credentials: Credentials, office: FirewallName): Readonly<Record<string, string>> {
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
    LAB_PROXY_USER: credentials.proxy.user,
    LAB_PROXY_PASSWORD: credentials.proxy.password,
    ...Object.assign({}, ...machines.map((machine) => machineVariables(machine, credentials))),
  };
}

function machineVariables(
  { number, plc, hmi, network }: (typeof machines)[number],
  credentials: Credentials,
): Readonly<Record<string, string>> {
  const drawn = credentials.machines.find((each) => each.number === number)!;
  return {
    [`LAB_MACHINE${number}_NETWORK`]: network,
    [`LAB_MACHINE${number}_PLC`]: addressOf(plc),
    [`LAB_MACHINE${number}_REGISTER`]: String(drawn.register),
    [`LAB_MACHINE${number}_HMI`]: addressOf(hmi),
    [`LAB_MACHINE${number}_HMI_TITLE`]: drawn.title,
  };
}
