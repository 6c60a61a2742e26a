import { expect, test } from "vitest";
import type { Outcome } from "../../contract/portal.ts";
import type { ReachabilityFacts } from "./reachability.ts";
import { judgeReachability } from "./reachability.ts";

const at = (outcomes: Readonly<Record<number, Outcome>>) =>
  Object.entries(outcomes).map(([port, outcome]) => ({ port: Number(port), outcome }));

const sees = (ports: Readonly<Record<number, Outcome>>, arp: Outcome = "answers", icmp: Outcome = "answers") => ({
  arp,
  icmp,
  ports: at(ports),
});

const good: ReachabilityFacts = {
  ...{ online: true, connected: true, echo: true, named: false, sourceNat: false },
  ...{ ports: [102, 502], granted: [102, 502], router: sees({ 102: "refused", 502: "answers" }) },
  laptop: { icmp: "answers", ports: at({ 102: "refused", 502: "answers" }) },
};
const deaf = { icmp: "silent", ports: at({ 102: "silent", 502: "silent" }) } as const;
const named = { named: true, ports: [102], granted: [102] };

const table: readonly (readonly [string, Partial<ReachabilityFacts>, string, number | null])[] = [
  ["both sides reach it", {}, "good", null],
  ["the router is offline", { online: false, router: null }, "routerOffline", null],
  ["nobody is connected", { connected: false }, "notConnected", null],
  ["the router does not answer the laptop", { echo: false }, "routerSilent", null],
  ["no right covers the port that was named", { ...named, granted: [] }, "rightsMissing", 102],
  ["no right covers any of the usual ports", { granted: [] }, "rightsMissing", null],
  [
    "one named port works and no right covers the other",
    { ...named, ports: [502, 102], granted: [502], router: sees({ 502: "answers" }) },
    "rightsMissing",
    102,
  ],
  ["the router said nothing", { router: null }, "unknown", null],
  ["nobody answers ARP", { router: sees({ 102: "silent" }, "silent", "silent"), laptop: deaf }, "deviceAbsent", null],
  ["the device has no gateway", { laptop: deaf }, "noGateway", null],
  ["the device has no gateway and no service", { router: sees({ 102: "refused" }), laptop: deaf }, "noGateway", null],
  [
    "the device answers its router alone, in spite of source NAT",
    { laptop: deaf, sourceNat: true },
    "deviceFilters",
    502,
  ],
  [
    "the device answers the laptop on some ports alone",
    {
      router: sees({ 102: "answers", 502: "answers" }),
      laptop: { icmp: "answers", ports: at({ 102: "silent", 502: "answers" }) },
    },
    "deviceFilters",
    102,
  ],
  ["the named port is closed", { ...named, router: sees({ 102: "refused" }) }, "portClosed", 102],
  ["the named port is mute to the router, too", { ...named, router: sees({ 102: "silent" }) }, "deviceFirewall", 102],
  [
    "the device answers ARP and nothing else",
    { router: sees({ 102: "silent" }, "answers", "silent"), laptop: deaf },
    "deviceFirewall",
    null,
  ],
  [
    "the device answers, and has none of the usual services",
    { router: sees({ 102: "refused" }), laptop: { icmp: "answers", ports: at({ 102: "refused" }) } },
    "noService",
    null,
  ],
];

test.each(table)("%s", (_, change, verdict, port) => {
  expect(judgeReachability({ ...good, ...change })).toEqual({ verdict, port });
});
