import type { Failure } from "../../../contract/causes.ts";
import { CauseError, failureOf } from "../../../contract/causes.ts";
import type { AgentState } from "../../../contract/state.ts";
import type { WindowPush } from "../../../contract/window.ts";
import { reconnectDelayMs } from "../../core/backoff.ts";
import type { AgentClient } from "../../face/agent-client.ts";

/** The part of a connection to the agent that stands behind a window. */
export type AgentConnection = Pick<AgentClient, "state" | "ended" | "onState" | "request" | "close">;

export type LinkStatus = WindowPush<"agent">;

/** Who follows the link is told what changes; what is so already it reads from the link. */
export interface LinkListener {
  readonly status?: (status: LinkStatus) => void;
  readonly state?: (state: AgentState) => void;
  /** A new connection; it is over when `status` says something else than `attached`. */
  readonly attached?: (connection: AgentConnection) => void;
}

export interface LinkOptions {
  /** Connects to the agent, and starts one where none runs. Throws a {@link CauseError}. */
  readonly attach: () => Promise<AgentConnection>;
  /** Resolves after that time, or as soon as the signal is aborted. */
  readonly wait: (milliseconds: number, signal: AbortSignal) => Promise<void>;
  /** Milliseconds, of a clock that never goes back. */
  readonly now: () => number;
  /** From [0, 1). */
  readonly random: () => number;
}

/** A connection that lasted so long was none that breaks at once: the next attempt is the first again. */
const steadyMs = 10_000;

/**
 * The way to this user's agent: attached as long as there is one to be had, and found again when it is lost. Only the way is mended
 * here; what a lost agent was asked for is not asked again, because nobody knows how much of it was done.
 */
export class AgentLink {
  readonly #options: LinkOptions;
  readonly #listeners = new Set<LinkListener>();
  readonly #closed = new AbortController();
  #status: LinkStatus = { link: "starting", failure: null };
  #connection: AgentConnection | undefined;
  #state: AgentState | undefined;
  #outcome = Promise.withResolvers<void>();
  #pause = new AbortController();

  constructor(options: LinkOptions) {
    this.#options = options;
  }

  get status(): LinkStatus {
    return this.#status;
  }

  /** What the agent said last; old while the link is not attached, undefined before it ever was. */
  get state(): AgentState | undefined {
    return this.#state;
  }

  /** The agent, while one is attached. */
  get connection(): AgentConnection | undefined {
    return this.#connection;
  }

  /** The agent. Waits for the attempt that runs; throws why there is none. */
  async reach(): Promise<AgentConnection> {
    if (this.#status.link === "starting") await this.#outcome.promise;
    if (this.#connection !== undefined) return this.#connection;
    const { cause, detail } = this.#status.failure ?? { cause: "agentMissing", detail: "" };
    throw new CauseError(cause, detail);
  }

  follow(listener: LinkListener): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** Keeps the link until {@link close}. Never throws. */
  async run(): Promise<void> {
    for (let attempt = 1; !this.#closed.signal.aborted; attempt += 1) {
      const { failure, lastedMs } = await this.#attachOnce();
      if (this.#closed.signal.aborted) return;
      if (lastedMs >= steadyMs) attempt = 1;
      this.#show({ link: "lost", failure });
      await this.#rest(attempt);
    }
  }

  /** Tries at once; throws why there is still no agent. */
  async retry(): Promise<void> {
    if (this.#status.link === "lost") {
      this.#show({ link: "starting", failure: null });
      this.#pause.abort();
    }
    await this.reach();
  }

  close(): void {
    this.#closed.abort();
    this.#pause.abort();
    this.#connection?.close();
  }

  /** Lasts as long as the connection; resolves to how long that was and why it is over. */
  async #attachOnce(): Promise<{ readonly failure: Failure; readonly lastedMs: number }> {
    let connection: AgentConnection;
    try {
      connection = await this.#options.attach();
    } catch (error) {
      return { failure: failureOf(error), lastedMs: 0 };
    }
    const sinceMs = this.#options.now();
    const leave = connection.onState((state) => this.#see(state));
    if (this.#closed.signal.aborted) connection.close();
    else this.#attached(connection);
    await connection.ended;
    leave();
    this.#connection = undefined;
    return { failure: { cause: "agentMissing", detail: "the agent hung up" }, lastedMs: this.#options.now() - sinceMs };
  }

  #attached(connection: AgentConnection): void {
    this.#connection = connection;
    this.#see(connection.state);
    this.#show({ link: "attached", failure: null });
    for (const listener of [...this.#listeners]) listener.attached?.(connection);
  }

  async #rest(attempt: number): Promise<void> {
    // Whoever was told of the loss may have asked for another try already.
    if (this.#status.link === "starting") return;
    this.#pause = new AbortController();
    await this.#options.wait(reconnectDelayMs(attempt, this.#options.random()), this.#pause.signal);
  }

  #see(state: AgentState): void {
    this.#state = state;
    for (const listener of [...this.#listeners]) listener.state?.(state);
  }

  #show(status: LinkStatus): void {
    this.#status = status;
    if (status.link === "starting") this.#outcome = Promise.withResolvers();
    else this.#outcome.resolve();
    for (const listener of [...this.#listeners]) listener.status?.(status);
  }
}
