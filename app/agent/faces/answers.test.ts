import { expect, test } from "vitest";
import type { AgentState, Session } from "../../../contract/state.ts";
import type { Store } from "../store.ts";
import { settled } from "./answers.ts";

/** A store that goes through these states, and stays in the last. */
function storeThrough(...sessions: readonly Session[]): Store {
  const states = sessions.map((session) => ({ session, notice: null }) as unknown as AgentState);
  const waitFor = async (fits: (state: AgentState) => boolean): Promise<AgentState> => {
    const found = states.find(fits);
    return found ?? new Promise<never>(() => undefined);
  };
  return { waitFor } as unknown as Store;
}

const never = new AbortController().signal;

test("who dials again while the helper is away hears so, although the agent goes on trying", async () => {
  const why = { cause: "helperMissing", detail: "" } as const;
  const dialling = { state: "dialling", endpoint: null, attempt: 3 } as const;
  const trying = { state: "reconnecting", attempt: 4, at: "2026-11-21T12:00:00.000Z", why } as const;
  await expect(settled(storeThrough(dialling, trying), "ready", never)).rejects.toMatchObject({
    cause: "helperMissing",
  });
});
