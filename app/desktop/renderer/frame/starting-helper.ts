import { useState } from "react";
import type { Failure } from "../../../../contract/causes.ts";
import { bridge } from "../bridge.ts";

export interface StartingHelper {
  readonly isWorking: boolean;
  /** Why it could not be asked for; null: it could, or was not yet. */
  readonly failure: Failure | null;
  /** What came of it, as a text that says so; null while nothing is known to be in the way. */
  readonly answer: "desktop.helper.refused" | "desktop.helper.declined" | null;
  readonly start: () => Promise<void>;
}

/** Starting the system's service: whoever offers it must also say that the person or the system said no. */
export function useStartingHelper(): StartingHelper {
  const [isWorking, setWorking] = useState(false);
  const [failure, setFailure] = useState<Failure | null>(null);
  const [declined, setDeclined] = useState(false);
  const start = async (): Promise<void> => {
    setWorking(true);
    setFailure(null);
    setDeclined(false);
    const done = await bridge.startHelper({});
    setWorking(false);
    setDeclined(done.type === "declined");
    if (done.type === "refusal") setFailure(done.failure);
  };
  const answer = failure !== null ? "desktop.helper.refused" : declined ? "desktop.helper.declined" : null;
  return { isWorking, failure, answer, start };
}
