import { describe, expect, test } from "vitest";
import { granted, judged, probes } from "../testing/panel-scenes.ts";
import { chainOf, devicesOf, echoOf } from "./reach.ts";

const { networks } = granted.machine;
const up = { tunnel: true, online: true, echo: "answers" } as const;

describe("the devices of a test", () => {
  test("hold what both sides saw under one address, before and after the verdict", () => {
    const during = devicesOf(probes, [], networks);
    const after = devicesOf(probes, judged, networks);
    for (const devices of [during, after]) {
      expect(devices.map(({ address, reachedAs }) => [address, reachedAs])).toEqual([
        ["192.168.0.10", "100.64.17.10"],
        ["192.168.0.20", "100.64.17.20"],
      ]);
    }
    expect(after[1]?.ports.find(({ port }) => port === 5900)).toEqual({
      port: 5900,
      service: "VNC",
      router: "answers",
      laptop: "silent",
    });
    expect(after.map((device) => device.judged?.verdict)).toEqual(["good", "noGateway"]);
  });

  test("are there by the verdict alone when nothing was tried", () => {
    const [only] = devicesOf(
      [],
      [{ address: "192.168.0.9", reachedAs: null, verdict: "rightsMissing", port: 102, cure: "x" }],
      networks,
    );
    expect(only).toMatchObject({ address: "192.168.0.9", ports: [], arp: null });
  });
});

describe("the chain", () => {
  const [good, deaf] = devicesOf(probes, judged, networks);

  test("holds all the way to a device that answers both sides", () => {
    expect(good && chainOf(up, good)).toEqual({ portal: "works", router: "works", device: "works", whole: "works" });
  });

  test("holds link by link to a device without a gateway, and not from end to end", () => {
    expect(deaf && chainOf(up, deaf)).toEqual({ portal: "works", router: "works", device: "works", whole: "broken" });
  });

  test("breaks at a router that is offline or silent, and knows nothing of what was not asked", () => {
    expect(chainOf({ ...up, online: false, echo: null }, null)).toMatchObject({ router: "broken", device: "unknown" });
    expect(chainOf({ ...up, echo: "silent" }, null)).toMatchObject({ router: "broken" });
    expect(chainOf({ tunnel: false, online: true, echo: null }, null)).toMatchObject({
      portal: "unknown",
      router: "unknown",
    });
  });

  test("takes the echo from the probes", () => {
    expect(echoOf(probes)).toBe("answers");
    expect(echoOf([])).toBeNull();
  });
});
