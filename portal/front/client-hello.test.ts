import { once } from "node:events";
import type { AddressInfo } from "node:net";
import { createServer } from "node:net";
import { connect } from "node:tls";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { readClientHello } from "./client-hello.ts";

/** What Node's own TLS client sends first. */
async function realHello(protocols: readonly string[]): Promise<Buffer> {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  const client = connect({ port, host: "127.0.0.1", servername: "portal.example", ALPNProtocols: [...protocols] });
  client.on("error", () => {});
  const [socket] = await once(server, "connection");
  const [bytes] = await once(socket, "data");
  client.destroy();
  server.close();
  return bytes;
}

/** The same handshake cut into records of `size` bytes. */
function inRecords(hello: Buffer, size: number): Buffer {
  const message = hello.subarray(5);
  const records: Buffer[] = [];
  for (let at = 0; at < message.length; at += size) {
    const part = message.subarray(at, at + size);
    records.push(Buffer.from([22, 3, 1, part.length >> 8, part.length & 255]), part);
  }
  return Buffer.concat(records);
}

describe("a ClientHello", () => {
  it("names its protocols", async () => {
    expect(readClientHello(await realHello(["anslut-vpn/1"]))).toEqual({ kind: "hello", protocols: ["anslut-vpn/1"] });
    expect(readClientHello(await realHello(["h2", "http/1.1"]))).toEqual({
      kind: "hello",
      protocols: ["h2", "http/1.1"],
    });
    expect(readClientHello(await realHello([]))).toEqual({ kind: "hello", protocols: [] });
  });

  it("is read out of many records and in any pieces", async () => {
    const hello = await realHello(["anslut-vpn/1"]);
    const cut = inRecords(hello, 11);
    expect(readClientHello(cut)).toEqual({ kind: "hello", protocols: ["anslut-vpn/1"] });
    for (let length = 1; length < cut.length; length += 1) {
      expect(readClientHello(cut.subarray(0, length)).kind).toBe("incomplete");
    }
  });

  it("is one whatever the client sends behind it in the same piece", async () => {
    const hello = await realHello(["http/1.1"]);
    const changeCipherSpec = Buffer.from([20, 3, 3, 0, 1, 1]);
    const earlyData = Buffer.from([23, 3, 3, 0, 2, 9, 9]);
    for (const behind of [changeCipherSpec, earlyData, Buffer.of(0xff), hello]) {
      const whole = readClientHello(Buffer.concat([hello, behind]));
      expect(whole).toEqual({ kind: "hello", protocols: ["http/1.1"] });
    }
  });

  it.each([
    ["another handshake message", Buffer.from([22, 3, 1, 0, 4, 2, 0, 0, 0])],
    ["another record between", Buffer.from([22, 3, 1, 0, 1, 1, 23, 3, 3, 0, 1, 0])],
    ["SSL 2", Buffer.from([22, 2, 0, 0, 5])],
    ["an empty record", Buffer.from([22, 3, 1, 0, 0])],
    ["a record that is too long", Buffer.from([22, 3, 1, 0xff, 0xff])],
    ["a message that is too long", Buffer.from([22, 3, 1, 0, 4, 1, 0xff, 0xff, 0xff])],
    ["lengths that point outside", Buffer.from([22, 3, 1, 0, 6, 1, 0, 0, 2, 3, 3])],
  ])("is garbage: %s", (_what, bytes) => {
    expect(readClientHello(bytes).kind).toBe("garbage");
  });

  it("never throws, however it is damaged", async () => {
    const hello = await realHello(["anslut-vpn/1"]);
    fc.assert(
      fc.property(fc.nat(hello.length - 1), fc.nat(255), fc.nat(hello.length), (at, value, length) => {
        const damaged = Buffer.from(hello.subarray(0, length));
        if (at < damaged.length) damaged[at] = value;
        readClientHello(damaged);
      }),
    );
    fc.assert(
      fc.property(
        fc.uint8Array({ maxLength: 300 }),
        (bytes) => void readClientHello(Buffer.from([22, 3, 1, ...bytes])),
      ),
    );
  });
});
