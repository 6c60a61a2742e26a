import { execFileSync, spawn } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import {
  kcBytes,
  maxMetadataBytes,
  mintClientKey,
  newServerKey,
  parseClientKey,
  parseServerKey,
  unwrapKey,
  wrapKey,
} from "./key.ts";
import { decodeMetadata, encodeMetadata } from "./metadata.ts";

const metadata = { account: "a1", device: "tap", ticket: "t1" } as const;

describe("wrapping", () => {
  it("opens what it wrapped, whatever the metadata", () => {
    const key = parseServerKey(newServerKey());
    fc.assert(
      fc.property(
        fc.uint8Array({ minLength: kcBytes, maxLength: kcBytes }),
        fc.uint8Array({ maxLength: maxMetadataBytes }),
        (kc, data) => {
          const opened = unwrapKey(key, wrapKey(key, kc, data));
          expect(opened && [...opened.kc]).toEqual([...kc]);
          expect(opened && [...opened.metadata]).toEqual([...data]);
        },
      ),
    );
  });

  it("refuses a key with any one bit changed, and any other length", () => {
    const key = parseServerKey(newServerKey());
    const wrapped = parseClientKey(mintClientKey(key, encodeMetadata(metadata))).wrapped;
    for (let at = 0; at < wrapped.length; at++) {
      const bent = Uint8Array.from(wrapped);
      bent[at] = (bent[at] ?? 0) ^ 1;
      expect(unwrapKey(key, bent)).toBeUndefined();
    }
    expect(unwrapKey(key, wrapped.subarray(1))).toBeUndefined();
    expect(unwrapKey(key, new Uint8Array(0))).toBeUndefined();
    expect(unwrapKey(key, new Uint8Array(2000))).toBeUndefined();
  });

  it("refuses a key of another server", () => {
    const wrapped = parseClientKey(mintClientKey(parseServerKey(newServerKey()), new Uint8Array(0))).wrapped;
    expect(unwrapKey(parseServerKey(newServerKey()), wrapped)).toBeUndefined();
  });

  it("carries the ticket's metadata", () => {
    const key = parseServerKey(newServerKey());
    const opened = unwrapKey(key, parseClientKey(mintClientKey(key, encodeMetadata(metadata))).wrapped);
    expect(opened && decodeMetadata(opened.metadata)).toEqual(metadata);
    expect(decodeMetadata(Buffer.from("\u0001{}"))).toBeUndefined();
    expect(decodeMetadata(Buffer.from("\u0000{"))).toBeUndefined();
  });

  it("says so when a text is no key", () => {
    expect(() => parseServerKey("hello")).toThrow("no OpenVPN tls-crypt-v2 server key");
    expect(() => parseClientKey(newServerKey())).toThrow("no OpenVPN tls-crypt-v2 client key");
  });
});

describe("the real openvpn", () => {
  const folder = mkdtempSync(join(tmpdir(), "anslut-tls-crypt-"));
  const file = (name: string) => join(folder, name);
  const openvpn = (...args: string[]) => execFileSync("/usr/sbin/openvpn", args, { cwd: folder, stdio: "pipe" });

  beforeAll(() => {
    execFileSync(
      "openssl",
      ["req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-subj", "/CN=peer"].concat([
        "-keyout",
        file("key.pem"),
        "-out",
        file("cert.pem"),
      ]),
      { stdio: "pipe" },
    );
  });
  afterAll(() => rmSync(folder, { recursive: true }));

  it("mints a key that we open", () => {
    openvpn("--genkey", "tls-crypt-v2-server", file("server.key"));
    const wanted = Buffer.from("hello").toString("base64");
    openvpn("--tls-crypt-v2", file("server.key"), "--genkey", "tls-crypt-v2-client", file("client.key"), wanted);
    const key = parseServerKey(readFileSync(file("server.key"), "utf8"));
    const client = parseClientKey(readFileSync(file("client.key"), "utf8"));
    const opened = unwrapKey(key, client.wrapped);
    expect(opened && Buffer.from(opened.kc).equals(client.kc)).toBe(true);
    expect(opened && Buffer.from(opened.metadata).toString()).toBe("\u0000hello");
  });

  it("completes a handshake over a key that we minted", async () => {
    writeFileSync(file("ours.server.key"), newServerKey());
    const key = parseServerKey(readFileSync(file("ours.server.key"), "utf8"));
    writeFileSync(file("ours.client.key"), mintClientKey(key, encodeMetadata(metadata)));
    const common = ["--dev", "null", "--ca", file("cert.pem"), "--cert", file("cert.pem"), "--key", file("key.pem")];
    // A point-to-point server needs neither TAP nor rights. OpenVPN cannot listen on "any free port", so one is drawn.
    const drawn = String(20_000 + Math.floor(Math.random() * 20_000));
    const server = spawn("/usr/sbin/openvpn", [
      ...common,
      ...["--tls-server", "--dh", "none", "--proto", "tcp4-server", "--local", "127.0.0.1", "--port", drawn],
      ...["--tls-crypt-v2", file("ours.server.key"), "--verb", "3"],
    ]);
    const client = spawn("/usr/sbin/openvpn", [
      ...common,
      ...["--tls-client", "--proto", "tcp4-client", "--remote", "127.0.0.1", drawn, "--nobind", "--connect-retry", "1"],
      ...["--tls-crypt-v2", file("ours.client.key"), "--verb", "3"],
    ]);
    try {
      await new Promise<void>((resolve, reject) => {
        let log = "";
        client.stdout.on("data", (chunk: Buffer) => {
          log += chunk.toString();
          if (log.includes("Peer Connection Initiated")) resolve();
        });
        client.on("exit", () => reject(new Error(log)));
      });
    } finally {
      client.kill("SIGKILL");
      server.kill("SIGKILL");
    }
  }, 20_000);
});
