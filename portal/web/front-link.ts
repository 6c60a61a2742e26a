import type { Server, Socket } from "node:net";
import { createServer } from "node:net";
import type { Logger } from "pino";
import type { Cause } from "../../contract/causes.ts";
import { failureOf } from "../../contract/causes.ts";
import { encodeFrame, FrameReader } from "../../contract/frame.ts";
import type { FrontMessage } from "../../contract/front.ts";
import { decodeFrontMessage } from "../../contract/front.ts";

export type Admit = Extract<FrontMessage, { type: "admit" }>;

/** Where front forwards a tunnel to, or why not. */
export type Admission =
  | { readonly address: string; readonly port: number; readonly accountKey: string }
  | { readonly refused: Cause };

/** One relayed connection at front. The same object for `admit`, `opened` and `ended`. */
export interface Relay {
  readonly ticket: string;
  /** Where it comes from. */
  readonly caller: string;
  /** Tells front to cut it. */
  readonly cut: () => void;
}

export interface FrontHandlers {
  readonly admit: (admit: Admit, relay: Relay) => Promise<Admission>;
  readonly opened: (relay: Relay, sourcePort: number) => void;
  readonly ended: (relay: Relay) => void;
}

/** web's end of the wire to front: hands out the key that tickets are wrapped under and answers for each tunnel. */
export class FrontLink {
  readonly server: Server;
  readonly #ticketKey: string;
  readonly #handlers: FrontHandlers;
  readonly #log: Logger;
  readonly #sockets = new Set<Socket>();

  constructor(ticketKey: string, handlers: FrontHandlers, log: Logger) {
    this.#ticketKey = ticketKey;
    this.#handlers = handlers;
    this.#log = log;
    this.server = createServer((socket) => this.#serve(socket));
  }

  stop(): void {
    this.server.close();
    for (const socket of this.#sockets) socket.destroy();
  }

  #serve(socket: Socket): void {
    const reader = new FrameReader();
    const relays = new Map<number, Relay>();
    this.#sockets.add(socket);
    socket.on("data", (chunk) => {
      try {
        for (const value of reader.push(chunk)) this.#take(socket, relays, decodeFrontMessage(value));
      } catch (error) {
        this.#log.error({ err: error }, "front said something that is not in the contract");
        socket.destroy();
      }
    });
    socket.on("error", (error) => this.#log.debug({ err: error }, "connection of front"));
    socket.on("close", () => {
      this.#sockets.delete(socket);
      // front is gone, and with it all that it relayed.
      for (const relay of relays.values()) this.#handlers.ended(relay);
    });
  }

  #take(socket: Socket, relays: Map<number, Relay>, message: FrontMessage): void {
    const say = (answer: unknown) => {
      if (!socket.destroyed) socket.write(encodeFrame(answer));
    };
    switch (message.type) {
      case "hello":
        say({ type: "keys", ticketKey: this.#ticketKey });
        return;
      case "admit": {
        const ticket = message.metadata.ticket;
        const relay = { ticket, caller: message.caller, cut: () => say({ type: "cut", ticket }) };
        relays.set(message.id, relay);
        void this.#admit(message, relay).then((admission) => {
          const refused = "refused" in admission;
          if (refused) relays.delete(message.id);
          if (refused) say({ type: "refused", id: message.id, cause: admission.refused });
          else say({ type: "admitted", id: message.id, ...admission });
        });
        return;
      }
      case "opened": {
        const relay = relays.get(message.id);
        if (relay !== undefined) this.#handlers.opened(relay, message.sourcePort);
        return;
      }
      case "ended": {
        const relay = relays.get(message.id);
        relays.delete(message.id);
        if (relay !== undefined) this.#handlers.ended(relay);
      }
    }
  }

  async #admit(message: Admit, relay: Relay): Promise<Admission> {
    try {
      return await this.#handlers.admit(message, relay);
    } catch (error) {
      this.#log.error({ err: error }, "admit");
      return { refused: failureOf(error).cause };
    }
  }
}
