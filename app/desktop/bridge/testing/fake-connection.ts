import type { AgentRequest, AgentResult } from "../../../../contract/agent.ts";
import { CauseError } from "../../../../contract/causes.ts";
import { initialPreferences } from "../../../../contract/preferences.ts";
import type { AgentState } from "../../../../contract/state.ts";
import type { AgentConnection } from "../agent-link.ts";

type Ask = Parameters<AgentConnection["request"]>[0];
type Options = NonNullable<Parameters<AgentConnection["request"]>[1]>;

/** A request that the test answers when it wants to. */
export interface Asked {
  readonly ask: Ask;
  readonly options: Options;
  readonly answer: (result: AgentResult) => void;
  readonly refuse: (error: Error) => void;
}

export const restingState: AgentState = {
  session: { state: "signedOut" },
  identity: null,
  tunnel: null,
  connections: [],
  helper: "available",
  keyring: true,
  notice: null,
  preferences: initialPreferences,
  fixed: { preferences: [], portals: false, reason: "" },
};

/** A connection to an agent that the test plays. */
export class FakeConnection implements AgentConnection {
  readonly asked: Asked[] = [];
  readonly #ended = Promise.withResolvers<void>();
  readonly #listeners = new Set<(state: AgentState) => void>();
  readonly #waiting = new Set<() => void>();
  state: AgentState;
  isClosed = false;

  constructor(state: Partial<AgentState> = {}) {
    this.state = { ...restingState, ...state };
  }

  get ended(): Promise<void> {
    return this.#ended.promise;
  }

  onState(listener: (state: AgentState) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  request(ask: Ask, options: Options = {}): Promise<AgentResult> {
    if (options.signal?.aborted) return Promise.reject(new CauseError("cancelled"));
    const { promise, resolve, reject } = Promise.withResolvers<AgentResult>();
    options.signal?.addEventListener("abort", () => reject(new CauseError("cancelled")));
    this.asked.push({ ask, options, answer: resolve, refuse: reject });
    for (const wake of this.#waiting) wake();
    this.#waiting.clear();
    return promise;
  }

  close(): void {
    this.isClosed = true;
    this.hangUp();
  }

  /** The agent says something new. */
  show(state: Partial<AgentState>): void {
    this.state = { ...this.state, ...state };
    for (const listener of [...this.#listeners]) listener(this.state);
  }

  /** The connection is gone. */
  hangUp(): void {
    for (const { refuse } of this.asked) refuse(new CauseError("agentMissing", "the agent hung up"));
    this.#ended.resolve();
  }

  /** The latest request of that kind that was or will be made. */
  async next(type: AgentRequest["type"]): Promise<Asked> {
    for (;;) {
      const found = this.asked.findLast(({ ask }) => ask.type === type);
      if (found !== undefined) return found;
      await new Promise<void>((wake) => this.#waiting.add(wake));
    }
  }
}
