import type { Socket } from "node:net";
import { encodeFrame, FrameReader } from "../../../contract/frame.ts";
import type {
  HelperEvent,
  HelperMessage,
  HelperRequest,
  HelperResult,
  TunnelStatus,
} from "../../../contract/helper.ts";
import { decodeHelperHello, decodeHelperRequest } from "../../../contract/helper.ts";

type Status = Extract<HelperResult, { readonly type: "status" }>;
type Answered = HelperResult | { readonly refuse: Extract<HelperMessage, { readonly type: "refusal" }>["cause"] };

const done: HelperResult = { type: "done" };

/** A helper that plays a whole, good tunnel unless a test says otherwise. It outlives its connections, as the real one does. */
export class FakeHelper {
  readonly requests: HelperRequest[] = [];
  tunnel: TunnelStatus | null = null;
  around: Pick<Status, "localNetworks" | "gateway"> = {
    localNetworks: [{ network: "192.168.178.0/24", adapter: "eth0" }],
    gateway: { address: "192.168.178.1", mac: "02:00:00:00:00:99", adapter: "eth0" },
  };
  /** Whether a dial comes about by itself; else the test says the events. */
  dials: "well" | "byHand" = "well";
  routes: (networks: readonly string[]) => Answered = (networks) => ({
    type: "routes",
    revision: 1,
    routes: networks.map((network) => ({ network, state: "set", cause: null, detail: "" })),
  });
  readonly #sockets = new Set<Socket>();
  #owner: Socket | null = null;
  #asked = Promise.withResolvers<void>();

  accept(socket: Socket): void {
    this.#sockets.add(socket);
    const reader = new FrameReader();
    let greeted = false;
    socket.on("close", () => this.#sockets.delete(socket));
    socket.on("data", (chunk) => {
      for (const message of reader.push(chunk)) {
        if (greeted) this.#take(socket, decodeHelperRequest(message));
        else {
          decodeHelperHello(message);
          greeted = true;
          this.#say(socket, { type: "welcome", protocol: 1, version: "1", tunnel: this.tunnel ? "own" : "none" });
        }
      }
    });
  }

  tell(event: HelperEvent): void {
    if (event.type === "closed") this.tunnel = null;
    if (event.type === "traffic" && this.tunnel) {
      this.tunnel = { ...this.tunnel, received: event.received, sent: event.sent };
    }
    if (this.#owner) this.#say(this.#owner, { type: "event", event });
  }

  /** Tells whoever is connected, tunnel or not. */
  tellAll(event: HelperEvent): void {
    for (const socket of this.#sockets) this.#say(socket, { type: "event", event });
  }

  /** All connections break; a tunnel stays. */
  drop(): void {
    for (const socket of this.#sockets) socket.destroy();
    this.#owner = null;
  }

  async asked<Type extends HelperRequest["type"]>(
    type: Type,
    times = 1,
  ): Promise<Extract<HelperRequest, { readonly type: Type }>> {
    for (;;) {
      const fits = this.requests.filter((request) => request.type === type);
      const request = fits[times - 1];
      if (request) return request as Extract<HelperRequest, { readonly type: Type }>;
      await this.#asked.promise;
    }
  }

  #take(socket: Socket, request: HelperRequest): void {
    this.requests.push(request);
    const result = this.#answer(socket, request);
    if (result) this.#reply(socket, request.id, result);
    this.#asked.resolve();
    this.#asked = Promise.withResolvers();
  }

  #answer(socket: Socket, request: HelperRequest): Answered | undefined {
    switch (request.type) {
      case "connect":
        return this.#connect(socket, request);
      case "prepare":
        return done;
      case "disconnect":
        if (this.tunnel) this.tell({ type: "closed", cause: null, detail: "" });
        return done;
      case "resume":
        if (!this.tunnel) return { refuse: "dialFirst" };
        this.#owner = socket;
        return { type: "status", tunnel: this.tunnel, ...this.around };
      case "status":
        return { type: "status", tunnel: this.tunnel, ...this.around };
      case "setRoutes":
        return this.routes(request.networks);
      case "changeRoutes":
        return { type: "stale" }; // so that a test sees the whole wish
      case "logs":
        return { type: "logs", lines: ["2026-11-21T12:00:00.000Z info helper line"] };
      case "diagnose": {
        const clock = new Date().toISOString();
        return {
          type: "diagnosis",
          version: "1",
          openvpn: "2.6",
          tunDevice: true,
          vpnUser: true,
          policy: null,
          leftovers: 0,
          clock,
        };
      }
    }
  }

  #connect(socket: Socket, request: Extract<HelperRequest, { readonly type: "connect" }>): Answered | undefined {
    if (this.tunnel) return { refuse: "busy" };
    this.#owner = socket;
    const slice = request.addressing.slices[0];
    if (slice === undefined) return { refuse: "badRequest" };
    const since = new Date().toISOString();
    const status = { ticket: request.ticket, adapter: "anslut0", networks: [], since, received: 0, sent: 0 };
    this.tunnel = { ...status, phase: "dialling", way: null, slice: null };
    if (this.dials === "byHand") return undefined;
    this.tell({ type: "wayWon", way: 0, elapsedMs: 5 });
    this.tell({ type: "secured", elapsedMs: 6 });
    this.tunnel = { ...status, phase: "up", way: 0, slice };
    this.tell({ type: "addressed", slice, adapter: "anslut0", leaseSeconds: 3600, elapsedMs: 7 });
    return done;
  }

  #reply(socket: Socket, id: number, result: Answered): void {
    if ("refuse" in result) this.#say(socket, { type: "refusal", id, cause: result.refuse, detail: "" });
    else this.#say(socket, { type: "reply", id, result });
  }

  #say(socket: Socket, message: HelperMessage): void {
    if (socket.writable) socket.write(encodeFrame(message));
  }
}
