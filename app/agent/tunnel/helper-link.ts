import type { Cause, Failure } from "../../../contract/causes.ts";
import { CauseError, failureOf } from "../../../contract/causes.ts";
import type { HelperEvent, RouteResult } from "../../../contract/helper.ts";
import type { AgentState } from "../../../contract/state.ts";
import type { Clock } from "../../dial/clock.ts";
import type { HelperAnswer, HelperCall, HelperClient } from "../../dial/helper-client.ts";
import { openHelper } from "../../dial/helper-client.ts";
import type { HelperProgram } from "../../dial/helper-program.ts";

export type HelperStatus = HelperAnswer<{ readonly type: "status" }>;

export interface HelperLinkOptions {
  readonly program: HelperProgram;
  readonly client: string;
  readonly clock: Clock;
  readonly onEvent: (event: HelperEvent) => void | Promise<void>;
  readonly onHealth: (health: AgentState["helper"]) => void;
  /** Greeted: whose tunnel it has. Called before anything else is asked over the new connection. */
  readonly onOpen: (tunnel: HelperClient["welcome"]["tunnel"]) => void;
  /** The connection ended without our doing. */
  readonly onLost: (failure: Failure) => void;
}

// Quick while somebody may wait for the helper to come back, slow where it is not installed.
const retryMs = [300, 1000, 2000, 4000, 10_000, 15_000];

/** The agent's one connection to the helper, opened again whenever it ends. */
export class HelperLink {
  readonly #options: HelperLinkOptions;
  #opening: Promise<HelperClient> | null = null;
  #client: HelperClient | null = null;
  #failures = 0;
  #stopped = false;
  #cancelRetry: () => void = () => undefined;

  constructor(options: HelperLinkOptions) {
    this.#options = options;
  }

  /** The open connection, or a new one. Throws CauseError (see `openHelper`). */
  client(): Promise<HelperClient> {
    if (this.#client) return Promise.resolve(this.#client);
    this.#opening ??= this.#open().finally(() => {
      this.#opening = null;
    });
    return this.#opening;
  }

  async ask<Call extends HelperCall>(call: Call, signal?: AbortSignal): Promise<HelperAnswer<Call>> {
    return await (await this.client()).ask(call, signal);
  }

  /** Makes these networks, and no others, the tunnel's routes; one result for each. Throws as `ask` does. */
  async setRoutes(networks: readonly string[]): Promise<readonly RouteResult[]> {
    return await (await this.client()).setRoutes(networks);
  }

  close(): void {
    this.#stopped = true;
    this.#cancelRetry();
    this.#client?.close();
    this.#client = null;
  }

  async #open(): Promise<HelperClient> {
    if (this.#stopped) throw new CauseError("cancelled");
    this.#cancelRetry();
    const { program, client: name, onEvent, onHealth, onOpen } = this.#options;
    try {
      const client = await openHelper({ program, client: name, onEvent });
      this.#client = client;
      this.#failures = 0;
      void client.ended.then((failure) => this.#ended(client, failure));
      onHealth("available");
      onOpen(client.welcome.tunnel);
      return client;
    } catch (error) {
      onHealth(healthOf(failureOf(error).cause));
      this.#retryLater();
      throw error;
    }
  }

  #ended(client: HelperClient, failure: Failure | null): void {
    if (this.#client !== client) return;
    this.#client = null;
    if (failure === null || this.#stopped) return;
    this.#options.onHealth(healthOf(failure.cause));
    this.#options.onLost(failure);
    this.#retryLater();
  }

  #retryLater(): void {
    if (this.#stopped) return;
    const delayMs = retryMs[Math.min(this.#failures, retryMs.length - 1)] ?? 0;
    this.#failures++;
    this.#cancelRetry();
    this.#cancelRetry = this.#options.clock.after(delayMs, () => void this.client().catch(() => undefined));
  }
}

function healthOf(cause: Cause): AgentState["helper"] {
  if (cause === "helperUntrusted") return "untrusted";
  return cause === "helperMismatch" ? "mismatch" : "missing";
}
