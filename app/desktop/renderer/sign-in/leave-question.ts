import { useDesk } from "../store.ts";
import type { Attempt } from "./attempt.ts";

/** Goes back from an open question: out of the sign-in, or out of the dial that raised it. */
export function leaveQuestion({ send, cancel }: Attempt): void {
  cancel(); // an answer that is under way must not keep anybody in here
  const identity = useDesk.getState().state?.identity ?? null;
  void send({ type: identity === null ? "logout" : "hangUp" });
}
