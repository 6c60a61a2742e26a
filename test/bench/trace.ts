/** A packet as `tcpdump -i any -tt -n` shows it. */
export interface Packet {
  readonly atMs: number;
  readonly device: string;
  readonly direction: "Out" | "In";
  readonly from: string;
  readonly to: string;
  readonly about: string;
}

/** One round trip of a dial: from the packet that asks to the packet that answers, in milliseconds since the request. */
export interface Step {
  readonly name: string;
  readonly fromMs: number;
  readonly toMs: number;
}

export function readPackets(text: string): readonly Packet[] {
  return text.split("\n").flatMap((line) => {
    const found = /^(\d+\.\d+) (\S+)\s+(Out|In)\s+IP (\S+) > (\S+): (.*)$/.exec(line);
    if (found === null) return [];
    const [, seconds, device = "", direction, from = "", to = "", about = ""] = found;
    return [{ atMs: Number(seconds) * 1000, device, direction: direction === "In" ? "In" : "Out", from, to, about }];
  });
}

const exchanges = [
  "OpenVPN: reset, with the client's key",
  "OpenVPN: TLS hello",
  "OpenVPN: keys and one-time password",
  "OpenVPN: acknowledged, options pushed",
];

/** Names the round trips of one dial. `fromMs`: when it was asked for. What the trace does not show is left out. */
export function stepsOf(packets: readonly Packet[], fromMs: number): readonly Step[] {
  const since = packets.filter(({ atMs }) => atMs >= fromMs);
  const steps: Step[] = [];
  const add = (name: string, asks: Packet | undefined, answers: Packet | undefined): Packet | undefined => {
    if (asks && answers) steps.push({ name, fromMs: asks.atMs - fromMs, toMs: answers.atMs - fromMs });
    return answers;
  };
  const outer = since.filter(({ device }) => device !== "anslut0" && device !== "lo");
  const opens = outer.find(({ direction, about }) => direction === "Out" && about.startsWith("Flags [S],"));
  const asks = outer.find(({ direction, about }) => direction === "Out" && carries(about));
  if (asks && asks.from !== opens?.from) add("ticket, over the kept connection", asks, answerTo(asks, outer));
  if (opens) {
    const opened = outer.find((packet) => isBack(packet, opens) && packet.about.startsWith("Flags [S.],"));
    let last = add("TCP", opens, opened);
    for (const name of exchanges) {
      const [after] = [last];
      const next = outer.find(
        (packet) => isSame(packet, opens) && carries(packet.about) && after && packet.atMs > after.atMs,
      );
      last = next && add(name, next, answerTo(next, outer));
    }
  }
  const inner = since.filter(({ device }) => device === "anslut0");
  for (const [name, sign] of [["DHCP, rapid commit", "BOOTP"] as const, ["echo", ".6477"] as const]) {
    const about = inner.filter((packet) => `${packet.from} ${packet.to} ${packet.about}`.includes(sign));
    add(
      name,
      about.find(isOut),
      about.find((packet) => !isOut(packet)),
    );
  }
  return steps;
}

function answerTo(asks: Packet, packets: readonly Packet[]): Packet | undefined {
  return packets.find((packet) => packet.atMs > asks.atMs && isBack(packet, asks) && carries(packet.about));
}

function carries(about: string): boolean {
  return about.startsWith("Flags [P.],");
}

function isOut({ direction }: Packet): boolean {
  return direction === "Out";
}

function isSame(packet: Packet, { from, to }: Packet): boolean {
  return packet.direction === "Out" && packet.from === from && packet.to === to;
}

function isBack(packet: Packet, { from, to }: Packet): boolean {
  return packet.direction === "In" && packet.from === to && packet.to === from;
}
