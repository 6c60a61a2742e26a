import type { AgentResult, Check, Probe } from "../../../contract/agent.ts";
import { CauseError } from "../../../contract/causes.ts";
import type { WindowAsk } from "../../../contract/window.ts";
import { bridge } from "./bridge.ts";

type Unnumbered<Ask> = Ask extends { readonly id: number } ? Omit<Ask, "id"> : never;
/** A request to the agent, before it has its number. */
export type Wish = Unnumbered<WindowAsk>;

export interface AskOptions {
  /** Cancels the request at the agent. */
  readonly signal?: AbortSignal;
  readonly onCheck?: (check: Check) => void;
  readonly onProbe?: (probe: Probe) => void;
}

let last = 0;

/** Asks the agent. Rejects with a {@link CauseError}: its own refusal, or `agentMissing` while there is none. */
export async function ask(wish: Wish, { signal, onCheck, onProbe }: AskOptions = {}): Promise<AgentResult> {
  if (signal?.aborted) throw new CauseError("cancelled");
  last += 1;
  const id = last;
  const leave = [
    bridge.on("progress", (progress) => progress.id === id && onCheck?.(progress.check)),
    bridge.on("probed", (probed) => probed.id === id && onProbe?.(probed.probe)),
  ];
  const cancel = (): void => void bridge.cancel({ id });
  signal?.addEventListener("abort", cancel, { once: true });
  try {
    // The union loses its members' shapes by Omit; the other side decodes it anyway.
    const answer = await bridge.ask({ ...wish, id } as WindowAsk);
    if (answer.type === "answer") return answer.result;
    throw new CauseError(answer.failure.cause, answer.failure.detail);
  } finally {
    signal?.removeEventListener("abort", cancel);
    for (const dispose of leave) dispose();
  }
}
