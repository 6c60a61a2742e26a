import { describe, expect, test } from "vitest";
import { granted } from "../testing/panel-scenes.ts";
import type { Overlapping } from "./overlap-picture.ts";
import { namedDevices, overlapPictureOf } from "./overlap-picture.ts";

const status: Overlapping = {
  state: "overlapping",
  network: "192.168.0.0/24",
  local: "192.168.0.0/16",
  other: null,
  adapter: "eth0",
  needed: null,
};

describe("the picture of an overlap", () => {
  test("names both networks, the adapter, and an address that both have", () => {
    expect(overlapPictureOf(status, [])).toEqual({
      kind: "here",
      local: "192.168.0.0/16",
      localName: "eth0",
      network: "192.168.0.0/24",
      packet: "192.168.0.10",
    });
  });

  test("takes a device that a grant names for the packet, where it lies in what both share", () => {
    const devices = namedDevices(granted.machine.networks);
    expect(devices).toEqual(["192.168.0.10", "192.168.0.10", "192.168.0.10", "192.168.0.20"]);
    expect(overlapPictureOf({ ...status, local: "192.168.0.16/28" }, devices).packet).toBe("192.168.0.20");
  });

  test("shows another machine by its name", () => {
    expect(overlapPictureOf({ ...status, other: "press-3", adapter: null }, [])).toMatchObject({
      kind: "machine",
      localName: "press-3",
    });
  });

  test("shows what this computer needs outside the tunnel by its address", () => {
    expect(overlapPictureOf({ ...status, local: "192.168.0.1/32", needed: "gateway", adapter: null }, [])).toEqual({
      kind: "gateway",
      local: "192.168.0.1",
      localName: null,
      network: "192.168.0.0/24",
      packet: "192.168.0.1",
    });
  });
});
