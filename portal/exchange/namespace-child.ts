import { createSocket } from "node:dgram";
import { existsSync, writeFileSync } from "node:fs";
import { echoPort } from "../../contract/constants.ts";

/** Switches of an account's namespace; `default` is for the TAPs to come. */
const switches: Readonly<Record<string, string>> = {
  "ipv6/conf/all/disable_ipv6": "1",
  "ipv6/conf/default/disable_ipv6": "1",
  "ipv4/ip_forward": "1",
  "ipv4/conf/all/rp_filter": "1",
  "ipv4/conf/all/send_redirects": "0",
  "ipv4/conf/default/send_redirects": "0",
  "ipv4/conf/all/accept_redirects": "0",
  "ipv4/conf/all/accept_source_route": "0",
  // Every refused packet gets its answer: a technician who tries many addresses must not see some of them as dead.
  "ipv4/icmp_ratelimit": "0",
};

/** Runs inside an account's namespace: sets its switches, binds the echo sockets, hands them to exchange, ends. */
export async function runNamespaceChild(addresses: readonly string[]): Promise<void> {
  for (const [name, value] of Object.entries(switches)) {
    const path = `/proc/sys/net/${name}`;
    if (existsSync(path)) writeFileSync(path, value);
  }
  await Promise.all(addresses.map(handOver));
  process.exit(0);
}

function handOver(address: string): Promise<void> {
  return new Promise((resolve, reject) => {
    const socket = createSocket("udp4");
    socket.once("error", reject);
    socket.bind(echoPort, address, () => {
      process.send?.({ address }, socket, {}, (error) => (error === null ? resolve() : reject(error)));
    });
  });
}
