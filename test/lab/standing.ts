import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { Credentials } from "./credentials.ts";
import type { DaemonPlan } from "./daemon.ts";
import { hostDirectory } from "./disk.ts";
import { type FirewallName, proxyPorts, resolvesOutside, tlsGatePort } from "./firewall.ts";
import { machines, officeNames, proxyName, publicNames, resolverAddress } from "./topology.ts";

/** Daemons that stand in the lab whatever is tried in it: DNS, the inspecting box, the PAC file, PLCs and HMIs. */

/** Common to all our DNS servers: nothing of the machine's own, nothing kept, nobody else asked. */
const dnsmasq = [
  "dnsmasq",
  "--keep-in-foreground",
  "--conf-file=/dev/null",
  "--log-facility=-",
  "--pid-file=",
  "--no-resolv",
  "--no-hosts",
  "--user=root",
  "--bind-interfaces",
];

function records(names: Readonly<Record<string, string>>): readonly string[] {
  return Object.entries(names).map(([name, address]) => `--host-record=${name},${address}`);
}

export const publicDns: DaemonPlan = {
  host: "internet",
  name: "dns",
  // A life of five minutes, as public names have: without one the office's server would ask again for each connection.
  argv: [
    ...dnsmasq,
    `--listen-address=${resolverAddress}`,
    "--local-ttl=300",
    "--address=/#/",
    ...records(publicNames),
  ],
  ready: /started, version/,
};

/** The office's own server; where the outside is not resolved, such a name does not exist. */
export function officeDns(firewall: FirewallName): DaemonPlan {
  const outside = resolvesOutside(firewall) ? `--server=${resolverAddress}` : "--address=/#/";
  return {
    host: "office",
    name: "dns",
    argv: [
      ...dnsmasq,
      "--interface=lan0",
      "--interface=dmz0",
      "--neg-ttl=300", // that the portal has no IPv6 address is remembered too
      outside,
      "--local=/office.test/",
      ...records(officeNames),
    ],
    ready: /started, version/,
  };
}

export const tlsGate: DaemonPlan = {
  host: "office",
  name: "tlsgate",
  argv: ["/opt/lab/wire", "tlsgate", `0.0.0.0:${tlsGatePort}`],
  ready: /^ready$/,
};

/** Serves the PAC file that a company's browsers are told of: everything goes by the proxy that wants a password. */
export async function pacDaemon(): Promise<DaemonPlan> {
  const file = "/var/lib/lab/proxy.pac";
  const disk = join(hostDirectory("office"), "disk/var-lib/lab");
  await mkdir(disk, { recursive: true });
  await writeFile(
    join(disk, "proxy.pac"),
    `function FindProxyForURL(url, host) {
  if (dnsDomainIs(host, ".office.test")) return "DIRECT";
  return "PROXY ${proxyName}:${proxyPorts.basic}";
}
`,
  );
  const argv = ["/opt/lab/wire", "hmi", "--file", file, "--type", "application/x-ns-proxy-autoconfig"];
  return { host: "office", name: "pac", argv, ready: /^ready$/ };
}

export function machineDaemons(credentials: Credentials): readonly DaemonPlan[] {
  return machines.flatMap(({ number, plc, hmi }): readonly DaemonPlan[] => {
    const drawn = credentials.machines.find((each) => each.number === number)!;
    return [
      { host: plc, name: "plc", argv: ["/opt/lab/wire", "plc", "--value", `${drawn.register}`], ready: /^ready$/ },
      { host: hmi, name: "hmi", argv: ["/opt/lab/wire", "hmi", "--title", drawn.title], ready: /^ready$/ },
    ];
  });
}
