import { randomBytes } from "node:crypto";
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { Readable } from "node:stream";
import { buffer } from "node:stream/consumers";
import { pipeline } from "node:stream/promises";
import type { PortalGate } from "../../../app/desktop/bridge/portal-gate.ts";
import { Tokens } from "./tokens.ts";

/**
 * The portal's pages for a browser that has no `protocol.handle`: loopback HTTP in front of the same gate. Whoever asks must have the cookie
 * that the window's page was given, because behind the gate one is signed in.
 */
export class PortalServer {
  readonly #server: Server = createServer((request, response) => void this.#answer(request, response));
  readonly #tokens = new Tokens();
  readonly #seats = new Set<string>();
  /** Who may show the pages in a frame. */
  #frameOf = "'none'";
  #gate: PortalGate | undefined;

  static async open(): Promise<PortalServer> {
    const portal = new PortalServer();
    await new Promise<void>((resolve) => portal.#server.listen(0, "127.0.0.1", resolve));
    return portal;
  }

  get origin(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  allowFramesOf(origin: string): void {
    this.#frameOf = origin;
  }

  /** The address in this server's place of one at the portal; it opens the pages once. */
  enter(gate: PortalGate, load: string): string {
    this.#gate = gate;
    return `${this.origin}/stage-enter?token=${this.#tokens.make()}${new URL(load).hash}`;
  }

  /** The address that tells the pages how to look. Where in them one is, a frame of another origin does not say: they begin at their overview. */
  look(words: string): string {
    return `${this.origin}/#${words}`;
  }

  close(): void {
    this.#server.close();
    this.#server.closeAllConnections();
  }

  async #answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const url = new URL(request.url ?? "/", this.origin);
    if (request.headers.host !== url.host) response.writeHead(404).end();
    else if (url.pathname === "/stage-enter") this.#seat(url, response);
    else if (!this.#seats.has(seatOf(request))) response.writeHead(403).end();
    else await this.#pass(request, url, response);
  }

  #seat(url: URL, response: ServerResponse): void {
    if (!this.#tokens.spend(url.searchParams.get("token") ?? "")) {
      response.writeHead(403).end();
      return;
    }
    const seat = randomBytes(24).toString("base64url");
    this.#seats.add(seat);
    // The browser carries what is behind the hash over to the new address.
    response.writeHead(302, { location: "/", "set-cookie": `stage=${seat}; HttpOnly; SameSite=Strict; Path=/` }).end();
  }

  async #pass(request: IncomingMessage, url: URL, response: ServerResponse): Promise<void> {
    const gate = this.#gate;
    const gone = new AbortController();
    response.on("close", () => gone.abort());
    try {
      if (gate === undefined) throw new Error("nobody has entered");
      const { method = "GET" } = request;
      const body = method === "GET" || method === "HEAD" ? null : await buffer(request);
      const headers = Object.entries(request.headersDistinct).flatMap(([name, values]) =>
        (values ?? []).map((value): [string, string] => [name, value]),
      );
      const init = { method, headers, body: body === null ? null : new Uint8Array(body), signal: gone.signal };
      const answer = await gate.fetch(new Request(`${gate.origin}${url.pathname}${url.search}`, init));
      response.writeHead(answer.status, this.#headersOf(answer));
      if (answer.body === null) response.end();
      else await pipeline(Readable.fromWeb(answer.body as never), response);
    } catch {
      if (response.headersSent) response.destroy();
      else response.writeHead(502).end();
    }
  }

  /** The portal forbids frames, and asks for https, which loopback has not: both only here are otherwise. */
  #headersOf(answer: Response): Record<string, string> {
    const headers = Object.fromEntries(answer.headers);
    const policy = (headers["content-security-policy"] ?? "")
      .split(";")
      .filter((directive) => !/^\s*(frame-ancestors|upgrade-insecure-requests)\b/.test(directive));
    delete headers["x-frame-options"];
    delete headers["strict-transport-security"];
    return { ...headers, "content-security-policy": [...policy, `frame-ancestors ${this.#frameOf}`].join(";") };
  }
}

function seatOf(request: IncomingMessage): string {
  return /(?:^|;\s*)stage=([^;]*)/.exec(request.headers.cookie ?? "")?.[1] ?? "";
}
