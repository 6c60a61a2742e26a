import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Flow } from "../../contract/exchange.ts";
import { contains, formatIpv4, parseIpv4, rangeOf, sliceOf } from "./addresses.ts";
import { openingsOf, subtract, union } from "./flows.ts";

const slices = [sliceOf("10.77.0.0/20"), sliceOf("10.99.0.0/20")] as const;

function flow(destination: string, protocol: Flow["protocol"] = "any", ports: Flow["ports"] = null): Flow {
  return { tunnel: "t", destination, protocol, ports };
}

const nothing = { any: [], icmp: [], ported: [] };
const open = (...flows: readonly Flow[]) => openingsOf(flows, slices);

describe("rights as elements of sets", () => {
  it("keep their form", () => {
    expect(open(flow("192.168.0.10/32", "tcp", [102, 102]))).toEqual({
      ...nothing,
      ported: ["192.168.0.10 . tcp . 102"],
    });
    expect(open(flow("192.168.0.0/24", "udp", [1, 9]))).toEqual({ ...nothing, ported: ["192.168.0.0/24 . udp . 1-9"] });
    expect(open(flow("192.168.0.0/24", "tcp"))).toEqual({ ...nothing, ported: ["192.168.0.0/24 . tcp . 0-65535"] });
    expect(open(flow("192.168.0.0/24"))).toEqual({ ...nothing, any: ["192.168.0.0/24"] });
    expect(open(flow("192.168.0.1/32", "icmp"))).toEqual({ ...nothing, icmp: ["192.168.0.1"] });
  });

  it("to a router in the second slice are rights to it in the primary", () => {
    expect(open(flow("10.99.8.5/32", "udp", [6477, 6477])).ported).toEqual(["10.77.8.5 . udp . 6477"]);
  });

  it("within others fall away, and what sticks out stays", () => {
    const within = [flow("192.168.0.0/24", "tcp", [1, 1000]), flow("192.168.0.10/32", "tcp", [500, 2000])];
    expect(open(...within).ported).toEqual(["192.168.0.0/24 . tcp . 1-1000", "192.168.0.10 . tcp . 1001-2000"]);
    expect(open(flow("192.168.0.0/24"), flow("192.168.0.7/32"), flow("192.168.0.0/24")).any).toEqual([
      "192.168.0.0/24",
    ]);
  });

  // The kernel takes no element that overlaps another of its set.
  it("never overlap, and allow exactly what was granted", () => {
    const network = fc
      .tuple(fc.integer({ min: 0, max: 7 }), fc.integer({ min: 27, max: 32 }))
      .map(([offset, prefix]) => `${formatIpv4(rangeOf(`192.168.0.${offset * 8}/${prefix}`).first)}/${prefix}`);
    const ports = fc
      .tuple(fc.integer({ min: 1, max: 40 }), fc.integer({ min: 0, max: 10 }))
      .map(([first, more]): [number, number] => [first, first + more]);
    const anyFlow = fc.oneof(
      fc.tuple(network, fc.constantFrom("tcp", "udp"), fc.option(ports)).map(([to, by, at]) => flow(to, by, at)),
      network.map((to) => flow(to, "any")),
      network.map((to) => flow(to, "icmp")),
    );
    const packet = fc.record({
      to: fc.integer({ min: 0, max: 63 }).map((last) => parseIpv4(`192.168.0.${last}`)),
      protocol: fc.constantFrom("tcp", "udp", "icmp"),
      port: fc.integer({ min: 1, max: 52 }),
    });
    fc.assert(
      fc.property(fc.array(anyFlow, { maxLength: 12 }), fc.array(packet, { minLength: 20 }), (flows, packets) => {
        const openings = openingsOf(flows, slices);
        for (const { to, protocol, port } of packets) {
          const granted = flows.some(
            (right) =>
              contains(rangeOf(right.destination), to) &&
              (right.protocol === "any" ||
                (right.protocol === protocol &&
                  (right.ports === null || (right.ports[0] <= port && port <= right.ports[1])))),
          );
          const matching = {
            any: openings.any.filter((network) => holds(network, to)),
            icmp: openings.icmp.filter((network) => protocol === "icmp" && holds(network, to)),
            ported: openings.ported.filter((key) => matches(key, to, protocol, port)),
          };
          expect(Object.values(matching).flat().length > 0).toBe(granted);
          for (const keys of Object.values(matching)) expect(keys.length).toBeLessThan(2);
        }
      }),
    );
  });

  it("are worked out for 20,000 in a moment", () => {
    const many = Array.from({ length: 20_000 }, (_, at) =>
      flow(`${formatIpv4(parseIpv4("172.16.0.0") + at)}/32`, "tcp", [102, 102]),
    );
    const start = performance.now();
    expect(openingsOf(many, slices).ported).toHaveLength(20_000);
    expect(performance.now() - start).toBeLessThan(3000);
  });
});

function holds(network: string, address: number): boolean {
  return contains(rangeOf(network.includes("/") ? network : `${network}/32`), address);
}

function matches(key: string, to: number, protocol: string, port: number): boolean {
  const [destination = "", by, range = ""] = key.split(" . ");
  const [first, last = first] = range.split("-").map(Number);
  return holds(destination, to) && by === protocol && (first ?? 0) <= port && port <= (last ?? 0);
}

describe("ranges of ports", () => {
  it("merge where they touch", () => {
    expect(
      union([
        [5, 9],
        [1, 4],
        [20, 30],
        [25, 26],
      ]),
    ).toEqual([
      [1, 9],
      [20, 30],
    ]);
  });

  it("lose their holes", () => {
    expect(
      subtract(
        [[1, 100]],
        [
          [10, 20],
          [90, 200],
        ],
      ),
    ).toEqual([
      [1, 9],
      [21, 89],
    ]);
    expect(subtract([[1, 100]], [[0, 65535]])).toEqual([]);
  });
});
