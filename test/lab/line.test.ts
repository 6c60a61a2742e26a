import { afterAll, beforeAll, expect, test } from "vitest";
import type { Lab } from "./lab.ts";
import { openLab } from "./open.ts";
import { reach, startEcho } from "./peers.ts";
import { portalAddress } from "./topology.ts";

let lab: Lab;

beforeAll(async () => {
  lab = await openLab();
  const page = lab.spawn("portal", ["/opt/lab/wire", "hmi", "--title", "x".repeat(50_000)]);
  await Promise.all([page.line(/ready/), startEcho(lab, "portal", 443)]);
});

afterAll(() => lab.close());

/** Milliseconds from the first SYN to the connection. */
async function handshakeMs(): Promise<number> {
  const argv = ["curl", "-sS", "-o", "/dev/null", "-w", "%{time_connect}", `http://${portalAddress}/`];
  return Number(await lab.output("laptop", argv)) * 1000;
}

test("a TCP handshake feels 40 ms when nothing else was asked for", async () => {
  expect(await handshakeMs()).toBeGreaterThanOrEqual(40);
});

test("the delay can be changed while the lab runs", async () => {
  await lab.setLine("office", { roundTripMs: 150 });
  expect(await handshakeMs()).toBeGreaterThanOrEqual(150);
  await lab.setLine("office", { roundTripMs: 0 });
  expect(await handshakeMs()).toBeLessThan(150);
});

test("a factory's line has a delay of its own", async () => {
  const ping = ["ping", "-c1", "-q", portalAddress];
  const rtt = async (): Promise<number> =>
    Number(/= ([\d.]+)\//.exec(await lab.output("router1", ping))?.[1] ?? Number.NaN);
  expect(await rtt()).toBeLessThan(100);
  await lab.setLine("factory1", { roundTripMs: 100 });
  expect(await rtt()).toBeGreaterThanOrEqual(100);
});

test("a cut line loses everything in silence, and a restored one carries again", async () => {
  await lab.setLine("office", { roundTripMs: 10 });
  const flow = lab.spawn("laptop", ["socat", "STDIO", `TCP4:${portalAddress}:443`]);
  flow.stdin.write("one\n");
  await flow.line(/one/);
  await lab.cut("office");
  expect(await reach(lab, "laptop", 443)).toBe("silent");
  flow.stdin.write("two\n");
  await lab.restore("office");
  expect(await flow.line(/two/)).toBe("two"); // TCP sent it again
  expect(await reach(lab, "laptop", 443)).toBe("answers");
  await flow.kill();
});

test("a throttled line carries what it was told to", async () => {
  await lab.setLine("office", { roundTripMs: 10, kbit: 800 });
  const argv = ["curl", "-sS", "-o", "/dev/null", "-w", "%{time_total} %{size_download}", `http://${portalAddress}/`];
  const [seconds, bytes] = (await lab.output("laptop", argv)).split(" ").map(Number);
  expect(bytes).toBeGreaterThan(100_000);
  expect(seconds).toBeGreaterThan(0.9);
  expect(seconds).toBeLessThan(4);
});
