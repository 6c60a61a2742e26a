import { once } from "node:events";
import type { IncomingMessage, ServerResponse } from "node:http";
import type { Server } from "node:https";
import { createServer } from "node:https";
import type { AddressInfo, Socket } from "node:net";
import type { Cause } from "../../../contract/causes.ts";
import type { Intent, LoginAnswer, Machine, PortalEvent } from "../../../contract/portal.ts";
import { statusOf } from "../../../contract/portal.ts";
import type { Ticket } from "../../../contract/ticket.ts";
import type { Issued } from "../../dial/testing/certificates.ts";
import { issue } from "../../dial/testing/certificates.ts";

export const portalHost = "portal.test";

export interface Call {
  readonly method: string;
  readonly path: string;
  readonly query: URLSearchParams;
  readonly bearer: string | null;
  readonly body: Readonly<Record<string, unknown>>;
}

type Answer = unknown | { readonly refuse: Cause };
type Handler = (call: Call) => Answer | Promise<Answer>;

export const refuse = (cause: Cause) => ({ refuse: cause });

/** A portal that answers what a test says. Its routes are those of contract/portal.ts, each may be replaced. */
export class FakePortal {
  readonly authority: Issued = issue({ name: "Portal authority" });
  readonly calls: Call[] = [];
  readonly on: Record<string, Handler> = {};
  certificate: Issued = issue({ name: portalHost, issuer: this.authority, hosts: [portalHost] });
  /** What it does with everything that is not its API. */
  page: (request: IncomingMessage, response: ServerResponse) => void = (_, response) => response.writeHead(404).end();
  tickets = 0;
  intents = 0;
  #server: Server | undefined;
  readonly #sockets = new Set<Socket>();
  #streams = new Set<ServerResponse>();
  #lastEvent = 0;
  #called = Promise.withResolvers<void>();

  constructor() {
    const done = () => ({ done: true });
    Object.assign(this.on, {
      "GET /about": () => ({ product: "anslut-portal", version: "1", time: new Date().toISOString() }),
      "POST /login": () => this.signedIn(),
      "POST /login/code": () => this.signedIn(),
      "POST /login/device": () => this.signedIn(),
      "POST /logout": done,
      "POST /tickets": () => this.ticket(),
      "GET /machines": () => ({ machines: [this.machine()], total: 1, after: null }),
      "POST /machines/m1/connect": ({ body: { tunnel, orderNumber, reason } }: Call) =>
        this.intent({ tunnel: String(tunnel), orderNumber: String(orderNumber), reason: String(reason) }),
      "POST /machines/m1/disconnect": done,
      "GET /intents/*": () => this.intent({}),
      "PUT /intents/*": done,
      "POST /hand-overs": () => ({ code: "hand-over-code", expires: new Date(Date.now() + 60_000).toISOString() }),
      "PUT /history/*": done,
      "PUT /history/*/note": done,
    } satisfies Record<string, Handler>);
  }

  signedIn(more: { readonly token?: string; readonly deviceToken?: string } = {}): LoginAnswer {
    const { token = "session-token", deviceToken = null } = more;
    const pins = { current: this.certificate.pin, next: null };
    return { next: "signedIn", token, deviceToken, expires: new Date(Date.now() + 3_600_000).toISOString(), pins };
  }

  ticket(): Ticket {
    const id = `ticket-${++this.tickets}`;
    return {
      id,
      expires: new Date(Date.now() + 60_000).toISOString(),
      device: "tap",
      endpoints: [1194, 443, 80].map((port) => ({ host: portalHost, port })),
      server: { name: "acme.tunnels.anslut", authority: "CA", clientKey: "KEY" },
      credentials: { username: id, password: "one-time" },
      mac: "02:00:00:00:00:01",
      slices: [{ network: "10.64.0.0/20", address: "10.64.0.17", gateway: "10.64.0.1" }],
    };
  }

  machine() {
    return {
      id: "m1",
      name: "M-1",
      customer: "",
      place: "",
      serial: null,
      online: true,
      lastSeen: null,
      networks: [{ network: "192.168.0.0/24", standIn: null, only: null }],
      present: [],
    };
  }

  intent(more: Partial<Intent>): Intent {
    return {
      id: `intent-${++this.intents}`,
      tunnel: `ticket-${this.tickets}`,
      machine: "m1",
      machineName: "M-1",
      router: ["10.64.8.1", "10.80.8.1"],
      networks: this.machine().networks,
      orderNumber: "",
      reason: "",
      created: new Date().toISOString(),
      ...more,
    };
  }

  /** Has these machines from now on, in pages. */
  lists(machines: readonly Machine[]): void {
    this.on["GET /machines"] = ({ query }) => {
      const start = Number(query.get("after") ?? 0);
      const end = start + Number(query.get("limit") ?? 50);
      const after = end < machines.length ? String(end) : null;
      return { machines: machines.slice(start, end), total: machines.length, after };
    };
  }

  /** Starts (anew, with the present certificate) and gives the port. */
  async listen(): Promise<number> {
    await this.close();
    const { certificate, authority } = this;
    this.#server = createServer(
      { cert: certificate.pem + authority.pem, key: certificate.keyPem },
      (request, response) => {
        void this.#serve(request, response);
      },
    ).listen(0, "127.0.0.1");
    this.#server.on("connection", (socket: Socket) => {
      this.#sockets.add(socket);
      socket.once("close", () => this.#sockets.delete(socket));
    });
    await once(this.#server, "listening");
    return (this.#server.address() as AddressInfo).port;
  }

  publish(event: PortalEvent): void {
    for (const stream of this.#streams) stream.write(`id: ${++this.#lastEvent}\ndata: ${JSON.stringify(event)}\n\n`);
  }

  /** Waits for a call, among those to come and those that were. */
  async called(method: string, path: string | RegExp, times = 1): Promise<Call> {
    for (;;) {
      const fits = this.calls.filter(
        (call) => call.method === method && (typeof path === "string" ? call.path === path : path.test(call.path)),
      );
      const call = fits[times - 1];
      if (call) return call;
      await this.#called.promise;
    }
  }

  async close(): Promise<void> {
    const server = this.#server;
    if (server === undefined) return;
    this.#server = undefined;
    for (const socket of this.#sockets) socket.destroy(); // those in mid-handshake, too, of which the server knows nothing yet
    await new Promise((resolve) => server.close(resolve));
  }

  async #serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const [url = "", asked = ""] = (request.url ?? "").split("?");
    if (!url.startsWith("/api/")) {
      this.page(request, response);
      return;
    }
    const path = url.replace(/^\/api\/v1/, "");
    const query = new URLSearchParams(asked);
    let text = "";
    for await (const chunk of request) text += chunk;
    const bearer = request.headers.authorization?.replace("Bearer ", "") ?? null;
    const call: Call = { method: request.method ?? "", path, query, bearer, body: text === "" ? {} : JSON.parse(text) };
    this.calls.push(call);
    const open = path === "/about" || path.startsWith("/login");
    if (!open && bearer === null) response.writeHead(401).end(JSON.stringify({ cause: "signedOut", detail: "" }));
    else if (path === "/events") this.#stream(response);
    else await this.#answer(call, response);
    this.#called.resolve();
    this.#called = Promise.withResolvers();
  }

  #stream(response: ServerResponse): void {
    response.writeHead(200, { "content-type": "text/event-stream" });
    response.write(": hello\n\n");
    this.#streams.add(response);
    response.on("close", () => this.#streams.delete(response));
  }

  async #answer(call: Call, response: ServerResponse): Promise<void> {
    const key = `${call.method} ${call.path}`;
    const handler =
      this.on[key] ?? this.on[key.replace(/\/intents\/.*/, "/intents/*").replace(/\/history\/[^/]+/, "/history/*")];
    const answer = handler ? await handler(call) : refuse("notFound");
    if (typeof answer === "object" && answer !== null && "refuse" in answer) {
      const cause = answer.refuse as Cause;
      response.writeHead(statusOf(cause)).end(JSON.stringify({ cause, detail: "" }));
    } else response.writeHead(200).end(JSON.stringify(answer));
  }
}
