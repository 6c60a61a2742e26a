import type { Failure } from "../../../../contract/causes.ts";
import { failureOf } from "../../../../contract/causes.ts";

/** What a person has typed and the agent may not have yet. */
export interface Draft<Value> {
  readonly value: Value;
  readonly status: "typing" | "saving" | "saved" | "failed";
  readonly failure: Failure | null;
}

/** Pause after the last key before it is saved. */
const pauseMs = 700;

/**
 * Saves what is typed by itself and loses none of it: a draft stays until it is saved, whatever is looked at in between; what was
 * typed while a save was under way is saved after it; what failed is tried again at the next key and when somebody says `flush`.
 */
export class DraftKeeper<Value> {
  readonly #save: (key: string, value: Value) => Promise<unknown>;
  readonly #listeners = new Set<() => void>();
  readonly #timers = new Map<string, ReturnType<typeof setTimeout>>();
  #drafts: ReadonlyMap<string, Draft<Value>> = new Map();

  constructor(save: (key: string, value: Value) => Promise<unknown>) {
    this.#save = save;
  }

  /** All drafts: another map with every change. */
  readonly drafts = (): ReadonlyMap<string, Draft<Value>> => this.#drafts;

  readonly subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  };

  edit(key: string, value: Value): void {
    const isSaving = this.#drafts.get(key)?.status === "saving";
    this.#put(key, { value, status: isSaving ? "saving" : "typing", failure: null });
    if (!isSaving) this.#later(key);
  }

  /** Saves now what is not saved yet: when a field is left, before the page goes, when the agent is back. */
  flush(key?: string): void {
    for (const [each, { status }] of this.#drafts) {
      if ((key === undefined || key === each) && (status === "typing" || status === "failed")) void this.#run(each);
    }
  }

  /** The agent says itself what it keeps now. What is not saved stays. */
  forgetSaved(key: string): void {
    if (this.#drafts.get(key)?.status === "saved") this.#put(key, undefined);
  }

  #later(key: string): void {
    clearTimeout(this.#timers.get(key));
    this.#timers.set(
      key,
      setTimeout(() => void this.#run(key), pauseMs),
    );
  }

  async #run(key: string): Promise<void> {
    clearTimeout(this.#timers.get(key));
    this.#timers.delete(key);
    const draft = this.#drafts.get(key);
    if (draft === undefined || draft.status === "saving") return;
    const { value } = draft;
    this.#put(key, { value, status: "saving", failure: null });
    try {
      await this.#save(key, value);
      const after = this.#drafts.get(key) ?? draft;
      const isNewer = after.value !== value;
      this.#put(key, { value: after.value, status: isNewer ? "typing" : "saved", failure: null });
      if (isNewer) void this.#run(key);
    } catch (error) {
      const after = this.#drafts.get(key)?.value ?? value;
      this.#put(key, { value: after, status: "failed", failure: failureOf(error) });
    }
  }

  #put(key: string, draft: Draft<Value> | undefined): void {
    const drafts = new Map(this.#drafts);
    if (draft === undefined) drafts.delete(key);
    else drafts.set(key, draft);
    this.#drafts = drafts;
    for (const listener of this.#listeners) listener();
  }
}
