import { createCipheriv, createHmac, randomBytes } from "node:crypto";
import { mkdtempSync, rmSync } from "node:fs";
import type { AddressInfo, Server, Socket } from "node:net";
import { createServer } from "node:net";
import { encodeFrame, FrameReader } from "../../../contract/frame.ts";
import type { FrontMessage, WebToFront } from "../../../contract/front.ts";
import { decodeFrontMessage } from "../../../contract/front.ts";
import { mintClientKey, newServerKey, parseClientKey, parseServerKey } from "../../tls-crypt/key.ts";
import { encodeMetadata } from "../../tls-crypt/metadata.ts";

/** For front's tests: who stands around it, and what a client sends. */
export const ticketKey = newServerKey();
export const accountKey = newServerKey();

/** A client's first packet, as OpenVPN would make it of a ticket. */
export function firstPacket(ticket: string, key = ticketKey, owner?: Buffer): Buffer {
  const clientKey = mintClientKey(parseServerKey(key), encodeMetadata({ account: "a", device: "tap", ticket }));
  const { kc, wrapped } = parseClientKey(clientKey);
  const secret = Buffer.from(owner ?? kc);
  const head = Buffer.concat([Buffer.of(0, 0, 0x50), randomBytes(8), Buffer.of(15, 0, 0, 1), randomBytes(4)]);
  head.writeUInt16BE(54 + wrapped.length, 0);
  const tag = createHmac("sha256", secret.subarray(192, 224)).update(head.subarray(2)).update(Buffer.alloc(5)).digest();
  const cipher = createCipheriv("aes-256-ctr", secret.subarray(128, 160), tag.subarray(0, 16));
  return Buffer.concat([head, tag, cipher.update(Buffer.alloc(5)), wrapped]);
}

/** web and an account's server, as front meets them. */
export class Portal {
  readonly messages: FrontMessage[] = [];
  readonly arrivals: Socket[] = [];
  readonly account: Server;
  refuses = false;
  #tunnels: Server | undefined;
  #line: Socket | undefined;
  readonly directory = mkdtempSync("/tmp/anslut-front-");
  readonly tunnelsSocket = `${this.directory}/tunnels.sock`;
  readonly webTlsSocket = `${this.directory}/web-tls.sock`;

  constructor() {
    this.account = createServer({ noDelay: true }, (socket) => this.arrivals.push(socket.on("error", () => {})));
    this.account.listen(0, "127.0.0.1");
  }

  start(): void {
    this.#tunnels = createServer((socket) => {
      this.#line = socket;
      const reader = new FrameReader();
      socket.on("data", (chunk) => {
        for (const message of reader.push(chunk)) this.#take(decodeFrontMessage(message));
      });
      socket.on("error", () => {});
    }).listen(this.tunnelsSocket);
  }

  say(message: WebToFront): void {
    this.#line?.write(encodeFrame(message));
  }

  of(type: FrontMessage["type"]): readonly FrontMessage[] {
    return this.messages.filter((message) => message.type === type);
  }

  stop(): void {
    this.#tunnels?.close();
    this.#line?.destroy();
  }

  close(): void {
    this.stop();
    this.account.close();
    for (const socket of this.arrivals) socket.destroy();
    rmSync(this.directory, { recursive: true });
  }

  #take(message: FrontMessage): void {
    this.messages.push(message);
    if (message.type === "hello") this.say({ type: "keys", ticketKey });
    if (message.type !== "admit") return;
    const { port } = this.account.address() as AddressInfo;
    if (this.refuses) this.say({ type: "refused", id: message.id, cause: "ticketRefused" });
    else this.say({ type: "admitted", id: message.id, address: "127.0.0.1", port, accountKey });
  }
}
