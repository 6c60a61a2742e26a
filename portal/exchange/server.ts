import type { ChildProcess } from "node:child_process";
import { chownSync, rmSync } from "node:fs";
import type { Server } from "node:net";
import { createServer } from "node:net";
import type { Cause } from "../../contract/causes.ts";
import { CauseError } from "../../contract/causes.ts";
import type { Place } from "./addresses.ts";
import type { Client, ClientEvents } from "./management.ts";
import { Management } from "./management.ts";
import { programs, start } from "./programs.ts";

export interface ServerEvents extends ClientEvents {
  /** The process is gone without having been asked to. Its clients were told `closed` before. */
  ended(detail: string): void;
}

export interface ServerOptions {
  readonly place: Place;
  readonly config: string;
  readonly managementSocket: string;
}

const startMs = 10_000;
const tailLines = 20;

/** One OpenVPN server process. */
export class OpenvpnServer {
  readonly #events: ServerEvents;
  readonly #child: ChildProcess;
  readonly #gone: Promise<void>;
  readonly #tail: string[] = [];
  #management: Management | undefined;
  #onListening: (() => void) | undefined;
  #isListening = false;
  #isStopped = false;

  private constructor(options: ServerOptions, events: ServerEvents) {
    this.#events = events;
    const confinement = { uid: options.place.uid, capabilities: [] };
    this.#child = start(options.place, confinement, [programs.openvpn, "--config", "stdin"], options.config);
    this.#child.stdout?.on("data", (chunk: Buffer) => this.#remember(chunk));
    this.#child.stderr?.on("data", (chunk: Buffer) => this.#remember(chunk));
    this.#gone = new Promise((resolve) => {
      this.#child.once("error", () => resolve());
      this.#child.once("close", () => resolve());
    });
    void this.#gone.then(() => this.#ended());
  }

  /** Starts the process and resolves once it listens. Throws `openvpnDied` with its last words when it does not. */
  static async start(options: ServerOptions, events: ServerEvents): Promise<OpenvpnServer> {
    const listener = await listenForOne(options);
    const server = new OpenvpnServer(options, events);
    listener.once("connection", (socket) => {
      listener.close();
      server.#management = new Management(socket, {
        authorise: (question) => events.authorise(question),
        opened: (client) => events.opened(client),
        traffic: (client) => events.traffic(client),
        closed: (client, detail) => events.closed(client, detail),
        listening: () => server.#listens(),
        said: (text) => server.#remember(text),
        garbled: (text) => server.#giveUp(text),
      });
    });
    try {
      await server.#listening();
    } catch (error) {
      await server.stop();
      throw error;
    } finally {
      listener.close();
    }
    return server;
  }

  get clients(): readonly Client[] {
    return [...(this.#management?.clients ?? [])];
  }

  /** Whether a client that was told to go is gone within a moment. */
  async halt(client: Client, reason: Cause): Promise<boolean> {
    return (await this.#management?.halt(client, reason)) ?? true;
  }

  async cut(client: Client): Promise<void> {
    await this.#management?.cut(client);
  }

  /** Kills the process and waits until it is gone. */
  async stop(): Promise<void> {
    this.#isStopped = true;
    this.#child.kill("SIGKILL");
    await this.#gone;
  }

  #listening(): Promise<void> {
    return new Promise((resolve, reject) => {
      const fail = (what: string) => reject(new CauseError("openvpnDied", `${what}: ${this.#lastWords()}`));
      const timer = setTimeout(() => fail("does not listen"), startMs);
      void this.#gone.then(() => {
        clearTimeout(timer);
        fail("ended at its start");
      });
      this.#onListening = () => {
        clearTimeout(timer);
        resolve();
      };
    });
  }

  #listens(): void {
    this.#isListening = true;
    this.#onListening?.();
  }

  #giveUp(text: string): void {
    this.#remember(text);
    this.#child.kill("SIGKILL");
  }

  #ended(): void {
    const detail = `openvpn ended: ${this.#lastWords()}`;
    this.#management?.close(detail);
    if (this.#isListening && !this.#isStopped) this.#events.ended(detail);
  }

  #remember(text: Buffer | string): void {
    this.#tail.push(...text.toString().trimEnd().split("\n"));
    this.#tail.splice(0, this.#tail.length - tailLines);
  }

  #lastWords(): string {
    return this.#tail.slice(-5).join(" | ");
  }
}

/**
 * Listens where the process will connect to (`management-client`). The socket is ours: OpenVPN would create its own 0777
 * (OPENVPN-FACTS, 7); this one stands in a directory that only root writes to, belongs to the account's uid, and takes one
 * connection.
 */
async function listenForOne({ managementSocket, place }: ServerOptions): Promise<Server> {
  rmSync(managementSocket, { force: true });
  const listener = createServer();
  await new Promise<void>((resolve, reject) => {
    listener.once("error", reject);
    listener.listen(managementSocket, resolve);
  });
  chownSync(managementSocket, place.uid, place.uid);
  return listener;
}
