import { CauseError, type Failure, failureOf } from "../../../contract/causes.ts";
import type { AgentState } from "../../../contract/state.ts";
import { canConnect, dialOutcome } from "../../core/predicates.ts";
import type { AgentLink } from "./agent-link.ts";

export interface QuickConnectOptions {
  readonly link: AgentLink;
  /** Only the person can go on: a second factor, a proxy's password, a changed certificate. */
  readonly onQuestion: (machine: string) => void;
  readonly onFailure: (machine: string, failure: Failure) => void;
}

/**
 * Connects a machine that the person has chosen outside of the window, dialling first where there is no tunnel. Nothing is asked that need not be:
 * all networks, no order number. What is asked by others (a link) goes to the person first, and not here.
 */
export class QuickConnect {
  readonly #options: QuickConnectOptions;
  readonly #running = new Set<string>();

  constructor(options: QuickConnectOptions) {
    this.#options = options;
  }

  /** Resolves when it is connected or not; never throws. */
  async start(machine: string): Promise<void> {
    // A second click on the same entry means the same.
    if (this.#running.has(machine)) return;
    this.#running.add(machine);
    const leave = this.#watchQuestions(machine);
    try {
      await this.#connect(machine);
    } catch (error) {
      const failure = failureOf(error);
      if (failure.cause !== "cancelled") this.#options.onFailure(machine, failure);
    } finally {
      leave();
      this.#running.delete(machine);
    }
  }

  async #connect(machine: string): Promise<void> {
    const { link } = this.#options;
    const agent = await link.reach();
    if (!canConnect(agent.state)) {
      const { type } = await agent.request({ type: "dial" });
      if (type === "asked") await tunnelOf(link);
    }
    await agent.request({ type: "connect", machine, networks: null, orderNumber: "", reason: "", standIn: false });
  }

  /** Tells of each question once, also of one that is open already. */
  #watchQuestions(machine: string): () => void {
    const { link, onQuestion } = this.#options;
    let isAsking = false;
    const look = ({ session }: AgentState): void => {
      if (session.state === "asking" && !isAsking) onQuestion(machine);
      isAsking = session.state === "asking";
    };
    // What a lost agent asked is nobody's question any more.
    if (link.connection !== undefined) look(link.connection.state);
    return link.follow({ state: look });
  }
}

/** Waits for the tunnel behind a question that the person answers meanwhile. Throws why there is none. */
async function tunnelOf(link: AgentLink): Promise<void> {
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  const look = ({ session }: AgentState): void => {
    const outcome = dialOutcome(session);
    if (outcome === "ready") resolve();
    else if (outcome === "givenUp") reject(new CauseError("cancelled"));
    else if (outcome !== undefined) reject(new CauseError(outcome.cause, outcome.detail));
  };
  const leave = link.follow({
    state: look,
    status: ({ link: way }) => way === "lost" && reject(new CauseError("agentMissing", "the agent hung up")),
  });
  if (link.state !== undefined) look(link.state);
  return promise.finally(leave);
}
