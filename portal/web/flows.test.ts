import { describe, expect, it } from "vitest";
import type { Right } from "./flows.ts";
import { flowsOf, reachableNetworks } from "./flows.ts";
import type { MachineNetwork } from "./store/networks.ts";

const now = 1_000_000;
const lan: MachineNetwork = {
  id: "n1",
  account_id: "a",
  machine_id: "m",
  network: "192.168.0.0/24",
  stand_in: null,
  source_nat: 0,
};
const other: MachineNetwork = { ...lan, id: "n2", network: "192.168.1.0/24", stand_in: "100.64.1.0/24" };
const all: Right = {
  network_id: null,
  destination: null,
  protocol: null,
  first_port: null,
  last_port: null,
  until: null,
};

describe("what rights open", () => {
  it.each<[string, readonly Right[], unknown]>([
    ["nothing", [], []],
    [
      "the whole machine",
      [all],
      [
        ["192.168.0.0/24", null],
        ["192.168.1.0/24", null],
      ],
    ],
    ["one network", [{ ...all, network_id: "n2" }], [["192.168.1.0/24", null]]],
    ["a right that has ended", [{ ...all, until: now }], []],
    ["a right that ends later", [{ ...all, network_id: "n1", until: now + 1 }], [["192.168.0.0/24", null]]],
    [
      "one port of one device",
      [{ ...all, network_id: "n1", destination: "192.168.0.10/32", protocol: "tcp", first_port: 102, last_port: 102 }],
      [["192.168.0.0/24", [{ destination: "192.168.0.10/32", protocol: "tcp", ports: [102, 102] }]]],
    ],
    [
      "a device with every protocol",
      [{ ...all, network_id: "n1", destination: "192.168.0.10/32" }],
      [
        [
          "192.168.0.0/24",
          [
            { destination: "192.168.0.10/32", protocol: "tcp", ports: null },
            { destination: "192.168.0.10/32", protocol: "udp", ports: null },
            { destination: "192.168.0.10/32", protocol: "icmp", ports: null },
          ],
        ],
      ],
    ],
    [
      "a whole network and a part of it: the whole",
      [
        { ...all, network_id: "n1" },
        { ...all, network_id: "n1", destination: "192.168.0.10/32", protocol: "tcp" },
      ],
      [["192.168.0.0/24", null]],
    ],
    [
      "a device that lies outside since the network was changed",
      [{ ...all, network_id: "n1", destination: "10.0.0.1/32", protocol: "tcp" }],
      [],
    ],
  ])("%s", (_, rights, wanted) => {
    const reachable = reachableNetworks([lan, other], rights, now);
    expect(reachable.map(({ network, only }) => [network, only])).toEqual(wanted);
  });
});

describe("flows", () => {
  it("let the router's echo through and speak of stand-ins", () => {
    const rights: Right[] = [
      { ...all, network_id: "n1" },
      { ...all, network_id: "n2", destination: "192.168.1.10/32", protocol: "tcp", first_port: 80, last_port: 81 },
    ];
    const networks = reachableNetworks([lan, other], rights, now);
    expect(flowsOf([{ tunnel: "t", router: "10.77.8.1", networks }])).toEqual([
      { tunnel: "t", destination: "10.77.8.1/32", protocol: "udp", ports: [6477, 6477] },
      { tunnel: "t", destination: "192.168.0.0/24", protocol: "any", ports: null },
      { tunnel: "t", destination: "100.64.1.10/32", protocol: "tcp", ports: [80, 81] },
    ]);
  });

  it("name each flow once, and every tunnel its own", () => {
    const networks = reachableNetworks([lan], [all, all], now);
    const one = { tunnel: "t1", router: "10.77.8.1", networks };
    expect(flowsOf([one, one])).toHaveLength(2);
    expect(flowsOf([one, { ...one, tunnel: "t2" }])).toHaveLength(4);
    expect(flowsOf([])).toEqual([]);
  });
});
