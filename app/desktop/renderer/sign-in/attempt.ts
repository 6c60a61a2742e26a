import { useState } from "react";
import type { AgentResult } from "../../../../contract/agent.ts";
import type { Failure } from "../../../../contract/causes.ts";
import { failureOf } from "../../../../contract/causes.ts";
import { ask, type Wish } from "../ask.ts";

export type Attempt = {
  readonly working: boolean;
  readonly failure: Failure | null;
  /** Undefined: it did not work, and `failure` says why. One at a time. */
  readonly send: (wish: Wish) => Promise<AgentResult | undefined>;
  readonly forget: () => void;
};

/** One request of a form: whether it runs, and what came of it. */
export function useAttempt(): Attempt {
  const [working, setWorking] = useState(false);
  const [failure, setFailure] = useState<Failure | null>(null);
  const send = async (wish: Wish): Promise<AgentResult | undefined> => {
    if (working) return undefined;
    setWorking(true);
    setFailure(null);
    try {
      return await ask(wish);
    } catch (error) {
      const shown = failureOf(error);
      if (shown.cause !== "cancelled") setFailure(shown);
      return undefined;
    } finally {
      setWorking(false);
    }
  };
  return { working, failure, send, forget: () => setFailure(null) };
}
