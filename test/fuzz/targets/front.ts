import { once } from "node:events";
import type { AddressInfo, Socket } from "node:net";
import { createServer, isIP, isIPv4 } from "node:net";
import { connect } from "node:tls";
import { readOpening } from "../../../portal/front/first-packet.ts";
import { readWish, readWrappedWish } from "../../../portal/front/opening.ts";
import { ownsKey } from "../../../portal/front/possession.ts";
import { neighbourhood, plainAddress, proxyHeader } from "../../../portal/front/proxy-header.ts";
import {
  mintClientKey,
  newServerKey,
  parseClientKey,
  parseServerKey,
  unwrapKey,
} from "../../../portal/tls-crypt/key.ts";
import { decodeMetadata, encodeMetadata } from "../../../portal/tls-crypt/metadata.ts";
import { readProxyHeader } from "../../../portal/web/proxy-protocol.ts";
import type { Draw } from "../mutation.ts";
import { attempt, expectHolds, expectSame, type Target } from "../target.ts";

class Nothing extends Error {}

const serverKey = parseServerKey(newServerKey());

export const frontTargets: readonly Target[] = [
  {
    name: "front: first packet and ClientHello",
    seeds: async () => [
      ...firstPackets(),
      ...(await Promise.all([clientHello(["anslut-vpn/1"]), clientHello(["http/1.1"]), clientHello([])])),
      Buffer.from("GET / HTTP/1.1\r\n\r\n"),
      Buffer.of(0x16, 3, 1, 0, 1, 1),
    ],
    words: [
      "\x16\x03\x01",
      "\x01\x00",
      "\x50",
      "anslut-vpn/1",
      "\x0canslut-vpn/1",
      "\x00\x10\x00\x0f",
      "\xff\xff",
      "\x00\x00",
    ],
    check: (input, draw) => {
      for (const read of [readWish, readWrappedWish]) {
        const whole = attempt(() => read(input), Nothing)?.value;
        // Bytes that are still to come change no verdict, or whoever is slow would be somebody else.
        for (let count = 0; count < 24; count += 1) {
          const part = attempt(() => read(input.subarray(0, draw(input.length + 1))), Nothing)?.value;
          if (part?.kind !== "incomplete") expectSame(part?.kind, whole?.kind, "part and whole differ");
        }
      }
      const opening = readOpening(input);
      if (opening.kind !== "tunnel") return;
      expectSame(opening.head.length + opening.wrapped.length + opening.rest.length, input.length, "bytes are lost");
      const opened = attempt(() => unwrapKey(serverKey, opening.wrapped), Nothing)?.value;
      if (opened === undefined) return;
      attempt(() => ownsKey(opened.kc, opening.head), Nothing);
      attempt(() => decodeMetadata(opened.metadata), Nothing);
    },
  },
  {
    name: "front: wrapped keys",
    seeds: () => firstPackets().map((packet) => packet.subarray(56)),
    words: ["\x01\x00", '{"account":"a"', "\x00\x00"],
    check: (input) => {
      const opened = attempt(() => unwrapKey(serverKey, input), Nothing)?.value;
      if (opened === undefined) return;
      expectHolds(minted.has(input.toString("hex")), "a key that nobody minted is opened");
      const metadata = attempt(() => decodeMetadata(opened.metadata), Nothing)?.value;
      if (metadata !== undefined) expectSame([...encodeMetadata(metadata)], [...opened.metadata], "metadata");
    },
  },
  {
    name: "front and web: PROXY header",
    seeds: () => [
      ends("192.0.2.7", 1),
      ends("2001:db8::7", 65_535),
      Buffer.from("0d0a0d0a000d0a515549540a20000000", "hex"),
    ],
    words: ["\r\n\r\n\0\r\nQUIT\n", "\x21\x11\x00\x0c", "\x21\x21\x00\x24", "\x20\x00\x00\x00", "\xff\xff"],
    check: (input, draw) => {
      const read = attempt(() => readProxyHeader(input), Error)?.value;
      if (read !== undefined) {
        expectHolds(read.bytes <= input.length, "the header is longer than what came");
        expectHolds(read.address === null || isIP(read.address) !== 0, `"${read.address}" is no address`);
      }
      const address = addressFrom(input, draw);
      const told = attempt(() => readProxyHeader(ends(address, 1 + draw(65_535))), Nothing)?.value;
      expectSame(neighbourhood(plainAddress(told?.address ?? "")), neighbourhood(address), "another caller");
      if (isIPv4(address)) expectSame(told?.address, address, "another caller");
    },
  },
];

/** Wrapped keys that are genuine. */
const minted = new Set<string>();

function firstPackets(): readonly Buffer[] {
  return (["tap", "tun", "router"] as const).map((device) => {
    const metadata = encodeMetadata({ account: "a1", device, ticket: "T-77" });
    const { wrapped } = parseClientKey(mintClientKey(serverKey, metadata));
    minted.add(Buffer.from(wrapped).toString("hex"));
    const head = Buffer.alloc(56, 7);
    head.writeUInt16BE(54 + wrapped.length, 0);
    head[2] = 0x50;
    return Buffer.concat([head, wrapped, Buffer.from("what follows")]);
  });
}

/** What Node's own TLS says first, to a server that only listens. */
async function clientHello(protocols: readonly string[]): Promise<Buffer> {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  const caller = connect({ host: "127.0.0.1", port, servername: "portal.anslut.test", ALPNProtocols: [...protocols] });
  caller.on("error", () => {});
  const [wire] = (await once(server, "connection")) as [Socket];
  const [hello] = (await once(wire, "data")) as [Buffer];
  caller.destroy();
  wire.destroy();
  server.close();
  return hello;
}

function ends(caller: string, callerPort: number): Buffer {
  const called = isIPv4(caller) ? "203.0.113.10" : "2001:db8::10";
  return Buffer.from(proxyHeader({ caller, callerPort, called, calledPort: 443 }));
}

/** An address made of an input's bytes. */
function addressFrom(input: Buffer, draw: Draw): string {
  const bytes = Buffer.concat([input, Buffer.alloc(16)]).subarray(0, 16);
  if (draw(2) === 0) return [...bytes.subarray(0, 4)].join(".");
  const groups = Array.from({ length: 8 }, (_, index) => bytes.readUInt16BE(index * 2).toString(16));
  return groups.join(":");
}
