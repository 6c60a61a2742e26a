import { afterEach, beforeEach, expect, test, vi } from "vitest";
import type { CheckAnswer } from "../../../contract/portal.ts";
import { World } from "../testing/world.ts";

// A whole agent with TLS and processes, and the machine may be busy.
vi.setConfig({ testTimeout: 60_000, hookTimeout: 60_000 });

let world: World;
beforeEach(async () => {
  world = await World.begin();
  await world.signIn();
});
afterEach(async () => {
  await world[Symbol.asyncDispose]();
});

const addresses = (count: number): readonly string[] =>
  Array.from({ length: count }, (_, index) => `192.168.0.${index + 10}`);

function devices(count: number): void {
  world.portal.on["GET /machines/m1/devices"] = () => ({ devices: addresses(count) });
  world.portal.on["POST /machines/m1/checks"] = ({ body }): CheckAnswer => ({
    address: String(body.address),
    reachedAs: String(body.address),
    network: "192.168.0.0/24",
    sourceNat: true,
    granted: { icmp: true, ports: [] },
    router: null,
  });
}

test("the devices that are too many for one test are named, not left out", async () => {
  devices(12);
  const result = await world.ask({ type: "check", machine: "M-1", address: null, ports: null });
  if (result.type !== "reachability") throw new Error(result.type);
  expect(result.devices.map(({ address }) => address)).toEqual(addresses(8));
  expect(result.untested).toEqual(addresses(12).slice(8));
});

test("one of them is tested by its address, and nothing is left over then", async () => {
  devices(12);
  const result = await world.ask({ type: "check", machine: "M-1", address: "192.168.0.20", ports: null });
  expect(result).toMatchObject({ devices: [{ address: "192.168.0.20" }], untested: [] });
});
