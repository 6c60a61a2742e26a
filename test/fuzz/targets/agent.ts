import { formatNetwork, overlaps, parseNetwork } from "../../../app/core/networks.ts";
import { EventParser } from "../../../app/dial/event-parser.ts";
import { attempt, expectHolds, expectSame, pieces, type Target } from "../target.ts";

class Nothing extends Error {}

export const agentTargets: readonly Target[] = [
  {
    name: "agent: event stream",
    seeds: () => [
      Buffer.from('id: 1\ndata: {"type":"resync"}\n\n: heartbeat\n\nid: 2\r\ndata: a\r\ndata: b\r\n\r\n'),
      Buffer.from("data\n\nid\n\ndata:x\n\n\ufeffdata: y\r\rretry: 1\n\n"),
    ],
    words: ["\n\n", "\r\n", "\r", "data:", "data: ", "id: ", "id:\0", "event: x", ": ", "\ufeff", "\xc3"],
    check: (input, draw) => {
      const whole = attempt(() => new EventParser().push(input), RangeError);
      if (whole === undefined) return;
      const parser = new EventParser();
      const cut = attempt(() => pieces(input, draw).flatMap((piece) => parser.push(piece)), RangeError);
      expectSame(cut?.value, whole.value, "another cut, other events");
    },
  },
  {
    name: "agent: networks",
    seeds: () =>
      ["10.0.0.0/8 192.168.0.0/24", "0.0.0.0/0 255.255.255.255/32", "010.0.0.0/8 1.2.3.4/33"].map((text) =>
        Buffer.from(text),
      ),
    words: ["/", ".", " ", "0", "32", "255", "-1", "0x10", "٣", "1e1"],
    check: (input) => {
      const [left, right] = input
        .toString()
        .split(" ")
        .map((text) => ({ text, network: attempt(() => parseNetwork(text), Nothing)?.value }));
      for (const side of [left, right]) {
        if (side?.network !== undefined) expectSame(formatNetwork(side.network), side.text, "read and written differ");
      }
      if (left?.network === undefined || right?.network === undefined) return;
      expectHolds(
        overlaps(left.network, right.network) === overlaps(right.network, left.network),
        "overlap has a direction",
      );
      expectHolds(overlaps(left.network, left.network), "a network does not overlap itself");
    },
  },
];
