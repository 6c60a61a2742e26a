import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Flow } from "../../contract/exchange.ts";
import { contains, formatIpv4, parseIpv4, rangeOf, sliceOf } from "./addresses.ts";
import type { Element } from "./flows.ts";
import { elementsOf, subtract, union } from "./flows.ts";

const slices = [sliceOf("10.77.0.0/20"), sliceOf("10.99.0.0/20")] as const;

function flow(destination: string, protocol: Flow["protocol"] = "any", ports: Flow["ports"] = null): Flow {
  return { tunnel: "t", destination, protocol, ports };
}

const texts = (flows: readonly Flow[]) => elementsOf(flows, slices).map(({ set, key }) => `${set} ${key}`);

describe("rights as elements of sets", () => {
  it("keep their form", () => {
    expect(texts([flow("192.168.0.10/32", "tcp", [102, 102])])).toEqual(["flow_ports 192.168.0.10 . tcp . 102"]);
    expect(texts([flow("192.168.0.0/24", "udp", [1, 1000])])).toEqual(["flow_ports 192.168.0.0/24 . udp . 1-1000"]);
    expect(texts([flow("192.168.0.0/24", "tcp")])).toEqual(["flow_ports 192.168.0.0/24 . tcp . 0-65535"]);
    expect(texts([flow("192.168.0.0/24")])).toEqual(["flow_any 192.168.0.0/24"]);
    expect(texts([flow("192.168.0.1/32", "icmp")])).toEqual(["flow_icmp 192.168.0.1"]);
  });

  it("to a router in the second slice are rights to it in the primary", () => {
    expect(texts([flow("10.99.8.5/32", "udp", [6477, 6477])])).toEqual(["flow_ports 10.77.8.5 . udp . 6477"]);
  });

  it("within others fall away, and what sticks out stays", () => {
    const within = [flow("192.168.0.0/24", "tcp", [1, 1000]), flow("192.168.0.10/32", "tcp", [500, 2000])];
    expect(texts(within)).toEqual([
      "flow_ports 192.168.0.0/24 . tcp . 1-1000",
      "flow_ports 192.168.0.10 . tcp . 1001-2000",
    ]);
    expect(texts([flow("192.168.0.0/24"), flow("192.168.0.7/32"), flow("192.168.0.0/24")])).toEqual([
      "flow_any 192.168.0.0/24",
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
        const elements = elementsOf(flows, slices);
        for (const { to, protocol, port } of packets) {
          const granted = flows.some(
            (right) =>
              contains(rangeOf(right.destination), to) &&
              (right.protocol === "any" ||
                (right.protocol === protocol &&
                  (right.ports === null || (right.ports[0] <= port && port <= right.ports[1])))),
          );
          const matching = elements.filter((element) => matches(element, to, protocol, port));
          expect(matching.length > 0).toBe(granted);
          for (const set of ["flow_any", "flow_icmp", "flow_ports"]) {
            expect(matching.filter((element) => element.set === set).length).toBeLessThan(2);
          }
        }
      }),
    );
  });

  it("are worked out for 20,000 in a moment", () => {
    const many = Array.from({ length: 20_000 }, (_, at) =>
      flow(`${formatIpv4(parseIpv4("172.16.0.0") + at)}/32`, "tcp", [102, 102]),
    );
    const start = performance.now();
    expect(elementsOf(many, slices)).toHaveLength(20_000);
    expect(performance.now() - start).toBeLessThan(3000);
  });
});

function matches({ set, key }: Element, to: number, protocol: string, port: number): boolean {
  const [destination = "", by, range = ""] = key.split(" . ");
  const inside = contains(rangeOf(destination.includes("/") ? destination : `${destination}/32`), to);
  if (set === "flow_any") return inside;
  if (set === "flow_icmp") return inside && protocol === "icmp";
  const [first, last = first] = range.split("-").map(Number);
  return inside && by === protocol && (first ?? 0) <= port && port <= (last ?? 0);
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
