import { useEffect, useSyncExternalStore } from "react";
import type { Failure } from "../../../../contract/causes.ts";
import { useDesk } from "../store.ts";
import type { Draft, DraftKeeper } from "./draft-keeper.ts";

/** A value that saves itself as it is typed. */
export interface SelfSaving<Value> {
  readonly value: Value;
  readonly status: Draft<Value>["status"] | "kept";
  readonly failure: Failure | null;
  readonly edit: (value: Value) => void;
  /** Saves at once: when the field is left. */
  readonly leave: () => void;
}

/** `kept` is what the agent has; what was typed since then goes before it. */
export function useDraft<Value>(keeper: DraftKeeper<Value>, key: string, kept: Value): SelfSaving<Value> {
  const draft = useSyncExternalStore(keeper.subscribe, keeper.drafts).get(key);
  const isAttached = useDesk((desk) => desk.agent.link === "attached");
  // Another value of the agent's is newer than a draft that it has taken already.
  useEffect(() => {
    if (kept !== undefined) keeper.forgetSaved(key);
  }, [keeper, key, kept]);
  useEffect(() => {
    if (isAttached) keeper.flush();
  }, [keeper, isAttached]);
  useEffect(() => {
    const flush = (): void => keeper.flush();
    window.addEventListener("pagehide", flush);
    return () => {
      window.removeEventListener("pagehide", flush);
      keeper.flush(key);
    };
  }, [keeper, key]);
  return {
    value: draft === undefined ? kept : draft.value,
    status: draft?.status ?? "kept",
    failure: draft?.failure ?? null,
    edit: (value) => keeper.edit(key, value),
    leave: () => keeper.flush(key),
  };
}
