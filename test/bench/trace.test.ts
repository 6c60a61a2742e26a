import { expect, test } from "vitest";
import { median, percentile } from "./statistics.ts";
import { readPackets, stepsOf } from "./trace.ts";

const dump = `
1000.000 eth0  Out IP 192.168.178.20.40000 > 203.0.113.10.443: Flags [P.], seq 1:377, ack 1, length 376
1000.043 eth0  In  IP 203.0.113.10.443 > 192.168.178.20.40000: Flags [P.], seq 1:2875, ack 377, length 2874
1000.070 eth0  Out IP 192.168.178.20.42832 > 203.0.113.10.1194: Flags [S], seq 1862776239, win 64240, length 0
1000.110 eth0  In  IP 203.0.113.10.1194 > 192.168.178.20.42832: Flags [S.], seq 41, ack 1, length 0
1000.111 eth0  Out IP 192.168.178.20.42832 > 203.0.113.10.1194: Flags [.], ack 1, length 0
1000.112 eth0  Out IP 192.168.178.20.42832 > 203.0.113.10.1194: Flags [P.], seq 1:421, ack 1, length 420
1000.156 eth0  In  IP 203.0.113.10.1194 > 192.168.178.20.42832: Flags [P.], seq 1:69, ack 421, length 68
1000.300 anslut0 Out IP 10.79.84.213.50593 > 10.79.80.1.6477: UDP, length 16
1000.342 anslut0 In  IP 10.79.80.1.6477 > 10.79.84.213.50593: UDP, length 16
`;

test("the round trips of a dial are named as they are on the wire", () => {
  const steps = stepsOf(readPackets(dump), 999_998);
  expect(steps.map(({ name, fromMs, toMs }) => [name, Math.round(fromMs), Math.round(toMs)])).toEqual([
    ["ticket, over the kept connection", 2, 45],
    ["TCP", 72, 112],
    ["OpenVPN: reset, with the client's key", 114, 158],
    ["echo", 302, 344],
  ]);
});

test("medians and percentiles lie between what was measured", () => {
  expect(median([3, 1, 2])).toBe(2);
  expect(median([4, 1, 2, 3])).toBe(2.5);
  expect(percentile([0, 10], 95)).toBe(9.5);
  expect(() => median([])).toThrow("nothing was measured");
});
