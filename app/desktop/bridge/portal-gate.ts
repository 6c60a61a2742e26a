import type { ClientRequest, IncomingMessage } from "node:http";
import { Agent, request } from "node:http";
import type { Duplex } from "node:stream";
import { PassThrough } from "node:stream";
import { CauseError } from "../../../contract/causes.ts";
import { PortalCookies } from "./portal-cookies.ts";

export interface PortalGateOptions {
  /** `https://portal.example` or `https://portal.example:8443`. */
  readonly origin: string;
  /** A stream to the portal on the agent's way and behind its pin (`portalStream`). */
  readonly open: () => Promise<Duplex>;
  /** Milliseconds since 1970. */
  readonly now: () => number;
}

/** Longest body that a page sends; the portal takes no longer one either. */
const maxBodyBytes = 1_048_576;

/** Of one connection alone (RFC 9110, 7.6.1), or set anew here. */
const ownHeaders: ReadonlySet<string> = new Set([
  "connection",
  "content-length",
  "cookie",
  "host",
  "keep-alive",
  "origin",
  "proxy-authenticate",
  "proxy-authorization",
  "proxy-connection",
  "set-cookie",
  "te",
  "trailer",
  "transfer-encoding",
  "upgrade",
]);

/**
 * The only door of the portal's own pages: requests for the portal's origin go to the portal, by HTTP/1.1 over streams of the agent; every
 * other is refused. So the pages open wherever sign-in succeeded, with the same pin, proxy and port, and reach nothing else.
 */
export class PortalGate {
  readonly origin: string;
  readonly #host: string;
  readonly #cookies: PortalCookies;
  readonly #agent: Agent;
  #standing: "fresh" | "signedIn" | "signedOut" = "fresh";

  constructor({ origin, open, now }: PortalGateOptions) {
    this.origin = origin;
    this.#host = new URL(origin).host;
    this.#cookies = new PortalCookies(now);
    this.#agent = new StreamAgent(open);
  }

  /** Whether the portal has turned the pages away: only another hand-over helps then. */
  get isSignedOut(): boolean {
    return this.#standing === "signedOut";
  }

  /**
   * Answers a request of a page. The answer's body streams, so that events come as they happen.
   * Throws {@link CauseError} `forbidden` for another origin, or what the way to the portal failed with.
   */
  async fetch(asked: Request): Promise<Response> {
    const url = new URL(asked.url);
    if (url.origin !== this.origin) throw new CauseError("forbidden", `${url.origin} is not ${this.origin}`);
    const body = Buffer.from(await asked.arrayBuffer());
    if (body.byteLength > maxBodyBytes) return new Response(null, { status: 413 });
    const answer = await this.#send(asked, `${url.pathname}${url.search}`, body);
    this.#cookies.take(answer.headers["set-cookie"] ?? []);
    this.#standing = this.#standingAfter(url.pathname, answer.statusCode ?? 0);
    return responseOf(answer);
  }

  close(): void {
    this.#agent.destroy();
  }

  #send(asked: Request, path: string, body: Buffer): Promise<IncomingMessage> {
    const { promise, resolve, reject } = Promise.withResolvers<IncomingMessage>();
    const headers = { ...Object.fromEntries(kept(asked.headers)), host: this.#host, ...this.#ownHeaders(asked, body) };
    const { method, signal } = asked;
    const sent: ClientRequest = request({ agent: this.#agent, host: this.#host, method, path, headers, signal });
    // A stream that is handed over is paused, so that nothing is lost on the way; Node's client reads only one that never was.
    sent.once("socket", (socket) => socket.resume());
    sent.once("response", resolve);
    sent.once("error", (error) =>
      reject(error instanceof CauseError ? error : new CauseError("portalFault", error.message)),
    );
    sent.end(body);
    return promise;
  }

  /** Before the code of the hand-over is spent the page may ask who it is, and be told: nobody. */
  #standingAfter(path: string, status: number): "fresh" | "signedIn" | "signedOut" {
    const isSignedIn = this.#cookies.header !== undefined && status !== 401;
    if (this.#standing !== "fresh") return isSignedIn ? "signedIn" : "signedOut";
    if (isSignedIn) return "signedIn";
    return path.endsWith("/hand-over") && status >= 400 ? "signedOut" : "fresh";
  }

  #ownHeaders({ method }: Request, body: Buffer): Readonly<Record<string, string>> {
    const cookie = this.#cookies.header;
    return {
      ...(cookie === undefined ? {} : { cookie }),
      ...(body.byteLength === 0 && method === "GET" ? {} : { "content-length": String(body.byteLength) }),
      // Only pages of this origin come through here, and the portal wants to read so from whoever changes something (CSRF).
      ...(method === "GET" || method === "HEAD" ? {} : { origin: this.origin }),
    };
  }
}

function kept(headers: Headers): readonly (readonly [string, string])[] {
  return [...headers].filter(([name]) => !ownHeaders.has(name));
}

function responseOf(answer: IncomingMessage): Response {
  const headers = new Headers();
  for (const [name, values] of Object.entries(answer.headersDistinct)) {
    if (ownHeaders.has(name)) continue;
    for (const value of values ?? []) headers.append(name, value);
  }
  const status = answer.statusCode ?? 502;
  // These have none (RFC 9110, 6.4.1), and Response refuses one.
  const isEmpty = status === 204 || status === 205 || status === 304;
  if (isEmpty) answer.resume();
  return new Response(isEmpty ? null : bodyOf(answer), { status, headers });
}

function bodyOf(answer: IncomingMessage): ReadableStream<Uint8Array> {
  return new ReadableStream({
    start: (controller) => {
      answer.on("data", (chunk: Uint8Array) => {
        controller.enqueue(new Uint8Array(chunk));
        if ((controller.desiredSize ?? 0) <= 0) answer.pause();
      });
      answer.once("end", () => controller.close());
      answer.once("error", (error) => controller.error(error));
    },
    pull: () => void answer.resume(),
    cancel: () => void answer.destroy(),
  });
}

/** Node's HTTP client on streams that the agent opens: several side by side, kept for the next request. */
class StreamAgent extends Agent {
  readonly #open: () => Promise<Duplex>;

  constructor(open: () => Promise<Duplex>) {
    super({ keepAlive: true, maxSockets: 6, maxFreeSockets: 2, timeout: 0 });
    this.#open = open;
  }

  override createConnection(
    _: unknown,
    connected?: (error: Error | null, stream: Duplex) => void,
  ): Duplex | null | undefined {
    this.#open().then(
      (stream) => connected?.(null, stream),
      // The types ask for a stream also where there is none.
      (error: Error) => connected?.(error, new PassThrough()),
    );
    return undefined;
  }
}
