import type { PolicyRead } from "../settings/policy.ts";
import type { Store } from "../store.ts";
import type { Proxies } from "../ways/proxies.ts";
import { questionOf } from "./questions.ts";

export interface ProxyInTheWayOptions {
  readonly store: Store;
  readonly proxies: Proxies;
  readonly policy: () => Promise<PolicyRead>;
}

/**
 * Looks at something outside before anybody is signed in. A proxy that wants a password becomes a question; each answer to it is
 * followed by another look. Throws what the look throws: also when nobody answers, or when something else is asked already.
 */
export class ProxyInTheWay {
  readonly #options: ProxyInTheWayOptions;

  constructor(options: ProxyInTheWayOptions) {
    this.#options = options;
  }

  async pass<Value>(look: () => Promise<Value>, signal: AbortSignal): Promise<Value> {
    for (;;) {
      try {
        return await look();
      } catch (error) {
        if (!(await this.#isAnswered(error, signal))) throw error;
      }
    }
  }

  async #isAnswered(error: unknown, signal: AbortSignal): Promise<boolean> {
    const { store, proxies, policy } = this.#options;
    const question = questionOf(error, { host: "", proxies, policy: await policy() });
    if (question?.about !== "proxyPassword" || store.view.session.state !== "signedOut" || signal.aborted) return false;
    store.dispatch({ type: "questionRaised", question, pending: "look" });
    const { promise, resolve } = Promise.withResolvers<boolean>();
    const leave = store.observe((after, _, event) => {
      if (after.session.state !== "asking") resolve(event.type === "questionAnswered");
    });
    const giveUp = () => store.dispatch({ type: "questionDeclined", failure: { cause: "cancelled", detail: "" } });
    signal.addEventListener("abort", giveUp, { once: true });
    try {
      return await promise;
    } finally {
      leave();
      signal.removeEventListener("abort", giveUp);
    }
  }
}
