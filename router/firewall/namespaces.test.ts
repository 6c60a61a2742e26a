import { type ChildProcess, execFile, spawn } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { parseNetwork } from "../../app/core/networks.ts";
import { type InterfaceName, isInterfaceName } from "../interface-name.ts";
import type { FirewallPlan, ServedLan } from "./plan.ts";
import { removal, renderFirewall } from "./template.ts";

// Three namespaces: `site` is a PLC without a gateway, `router` is the box, `outside` is everybody else: its t0 is the far end of
// the tunnel (here a veth called anslut0 on the router), its w0 the WAN. The kernel's rules are the real ones. Needs root.

const run = promisify(execFile);
const holders: ChildProcess[] = [];
const peers: ChildProcess[] = [];
const peer = fileURLToPath(new URL("../testing/peer.ts", import.meta.url));

let router = 0;
let site = 0;
let outside = 0;

beforeAll(async () => {
  [router, site, outside] = [await holder(), await holder(), await holder()];
  await ip(router, [
    `link add anslut0 type veth peer name t0 netns ${outside}`,
    `link add wan0 type veth peer name w0 netns ${outside}`,
    `link add lan0 type veth peer name e0 netns ${site}`,
    "addr add 10.64.8.1/20 dev anslut0",
    "addr add 198.51.100.2/24 dev wan0",
    "addr add 192.168.0.1/24 dev lan0",
    ...["lo", "anslut0", "wan0", "lan0"].map((device) => `link set ${device} up`),
    "route add 10.70.0.0/20 dev anslut0",
    "route add default via 198.51.100.1",
  ]);
  await ip(outside, [
    "addr add 10.64.0.17/20 dev t0",
    "addr add 10.70.0.17/20 dev t0",
    "addr add 172.20.0.1/24 dev t0",
    "addr add 198.51.100.1/24 dev w0",
    ...["lo", "t0", "w0"].map((device) => `link set ${device} up`),
    "route add 100.64.5.0/24 via 10.64.8.1",
    "route add 192.168.77.0/24 via 10.64.8.1",
    "route add 192.168.0.0/24 via 198.51.100.2",
  ]);
  await ip(site, ["addr add 192.168.0.11/24 dev e0", "link set e0 up"]);
  // The rules are on trial, not the kernel's own check of where a source may come from.
  for (const setting of ["ip_forward 1", "conf/all/rp_filter 0", "conf/anslut0/rp_filter 0"]) await sysctl(setting);
  await ready(site, "serve", "192.168.0.11", "502");
  await ready(outside, "serve", "198.51.100.1", "443");
  await ready(router, "echo", "10.64.8.1");
  await ready(router, "serve", "0.0.0.0", "22");
}, 30_000);

afterAll(() => {
  for (const child of [...peers, ...holders]) child.kill("SIGKILL");
});

describe("before there are rules", () => {
  test("the WAN side reaches the PLC, so that what follows proves something", async () => {
    await ip(site, ["route add default via 192.168.0.1"]);
    expect(await call(outside, "198.51.100.1", "192.168.0.11", 502)).toBe("198.51.100.1");
    await ip(site, ["route del default"]);
  });
});

describe("with a stand-in and source NAT", () => {
  beforeAll(() => apply({ ...lan, sourceNat: true }));

  test("a technician reaches the PLC under its stand-in, and the PLC, which has no gateway, sees the router", async () => {
    expect(await call(outside, "10.64.0.17", "100.64.5.11", 502)).toBe("192.168.0.1");
  });

  test("so does one whose tunnel is in the account's second slice", async () => {
    expect(await call(outside, "10.70.0.17", "100.64.5.11", 502)).toBe("192.168.0.1");
  });

  test("an echo on the tunnel address comes back unchanged", async () => {
    const nonce = "00112233445566778899aabbccddeeff";
    expect(await told(outside, "ask", "10.64.8.1", "6477", nonce)).toBe(nonce);
  });

  test("other services of the router are not offered to the tunnel", async () => {
    const before = await dropped("tunnel_input");
    await told(outside, "knock", "10.64.0.17", "10.64.8.1", "22");
    await expectMore(() => dropped("tunnel_input"), before);
  });

  test("what is not enrolled is answered as prohibited", async () => {
    expect(await call(outside, "10.64.0.17", "192.168.77.5", 502)).toBe("EHOSTUNREACH");
  });

  test("a source that is not the account's is refused", async () => {
    const before = await rejected();
    await told(outside, "knock", "172.20.0.1", "100.64.5.11", "502");
    await expectMore(() => rejected(), before);
  });

  test("the tunnel does not reach the WAN through the router", async () => {
    await ip(outside, ["route add 203.0.113.0/24 via 10.64.8.1"]);
    expect(await call(outside, "10.64.0.17", "203.0.113.9", 443)).toBe("EHOSTUNREACH");
  });
});

describe("without source NAT", () => {
  beforeAll(() => apply(lan));

  test("the PLC sees the technician, and answers if it has a gateway", async () => {
    await ip(site, ["route add default via 192.168.0.1"]);
    expect(await call(outside, "10.64.0.17", "100.64.5.11", 502)).toBe("10.64.0.17");
  });

  test("the LAN cannot begin a conversation into the tunnel", async () => {
    const before = await dropped("to_tunnel");
    await told(site, "knock", "192.168.0.11", "10.64.0.17", "9");
    await expectMore(() => dropped("to_tunnel"), before);
  });

  test("nobody on the WAN side reaches the LAN", async () => {
    const before = await dropped("wan_to_lan");
    await told(outside, "knock", "198.51.100.1", "192.168.0.11", "502");
    await expectMore(() => dropped("wan_to_lan"), before);
  });

  test("nobody on the WAN side reaches the router", async () => {
    const before = await dropped("wan_input");
    await told(outside, "knock", "198.51.100.1", "198.51.100.2", "22");
    await expectMore(() => dropped("wan_input"), before);
  });

  test("the LAN's own way out is left as the host has it", async () => {
    expect(await call(site, "192.168.0.11", "198.51.100.1", 443)).toBe("192.168.0.11");
  });
});

describe("between two tunnels", () => {
  test("a flow that was allowed is cut, and a new one is prohibited", async () => {
    await apply(lan);
    const flow = await ready(outside, "hold", "10.64.0.17", "100.64.5.11", "502");
    await nft(renderFirewall(plan(null)));
    expect(await call(outside, "10.64.0.17", "192.168.77.5", 502)).toBe("EHOSTUNREACH");
    const before = await rejected();
    flow.stdin?.write("x");
    await once(flow.stdout ?? flow, "data");
    await expectMore(() => rejected(), before);
  });
});

describe("at the end", () => {
  test("only our own table goes", async () => {
    await nft("table inet office { chain own { type filter hook forward priority 5; }; }");
    await apply(lan);
    await nft(removal);
    await nft(removal);
    expect((await inside(router, ["nft", "list", "tables"])).trim()).toBe("table inet office");
  });
});

const lan: ServedLan = { network: network("192.168.0.0/24"), standIn: network("100.64.5.0/24"), sourceNat: false };

function plan(served: ServedLan | null): FirewallPlan {
  const slices = [network("10.64.0.0/20"), network("10.70.0.0/20")];
  const tunnel = served === null ? null : { adapter: name("anslut0"), slices, lans: [served] };
  return { lan: name("lan0"), wan: name("wan0"), tunnel };
}

async function apply(served: ServedLan): Promise<void> {
  await nft(renderFirewall(plan(served)));
}

async function sysctl(setting: string): Promise<void> {
  const [path, value] = setting.split(" ");
  await inside(router, ["sh", "-c", `echo ${value} > /proc/sys/net/ipv4/${path}`]);
}

async function nft(rules: string): Promise<void> {
  await piped(router, ["nft", "-f", "-"], rules);
}

async function ip(pid: number, lines: readonly string[]): Promise<void> {
  await piped(pid, ["ip", "-batch", "-"], `${lines.join("\n")}\n`);
}

/** Packets that the last rule of a chain has dropped. */
async function dropped(chain: string): Promise<number> {
  const rules = await inside(router, ["nft", "list", "chain", "inet", "anslut_router", chain]);
  return Number(/counter packets (\d+)/.exec(rules)?.[1]);
}

/** A datagram that was sent may still wait for its neighbour's address, so its counter moves a moment later. */
const expectMore = (count: () => Promise<number>, before: number) =>
  expect.poll(count, { timeout: 10_000 }).toBeGreaterThan(before);

const rejected = () => dropped("from_tunnel");

/** Connects and returns whom the other side sees, or the error's code. */
async function call(pid: number, from: string, to: string, port: number): Promise<string> {
  return await told(pid, "call", from, to, String(port));
}

async function told(pid: number, ...words: string[]): Promise<string> {
  return (await inside(pid, [process.execPath, peer, ...words])).trim();
}

/** Starts a peer and waits for its first line. */
async function ready(pid: number, ...words: string[]): Promise<ChildProcess> {
  const child = spawn("nsenter", [`--target=${pid}`, "--net", process.execPath, peer, ...words]);
  peers.push(child);
  await once(child.stdout, "data");
  return child;
}

async function inside(pid: number, words: readonly string[]): Promise<string> {
  return (await run("nsenter", [`--target=${pid}`, "--net", ...words])).stdout;
}

async function piped(pid: number, words: readonly string[], input: string): Promise<void> {
  const child = spawn("nsenter", [`--target=${pid}`, "--net", ...words], { stdio: ["pipe", "ignore", "pipe"] });
  let complaint = "";
  child.stderr.on("data", (chunk: Buffer) => {
    complaint += chunk.toString();
  });
  child.stdin.end(input);
  const [code] = await once(child, "close");
  if (code !== 0) throw new Error(`${words.join(" ")}: ${complaint}`);
}

/** A namespace that lives as long as `cat` has its standard input: it goes with this process, however that ends. */
async function holder(): Promise<number> {
  const child = spawn("unshare", ["--net", "sh", "-c", "echo ready; exec cat"], { stdio: ["pipe", "pipe", "inherit"] });
  holders.push(child);
  await once(child.stdout, "data");
  if (child.pid === undefined) throw new Error("this test needs root, unshare and nsenter");
  return child.pid;
}

function network(cidr: string) {
  const parsed = parseNetwork(cidr);
  if (parsed === undefined) throw new Error(cidr);
  return parsed;
}

function name(text: string): InterfaceName {
  if (!isInterfaceName(text)) throw new Error(text);
  return text;
}
