import { create } from "zustand";
import type { Check, Diagnosis } from "../../../../contract/agent.ts";
import type { Failure } from "../../../../contract/causes.ts";
import { failureOf } from "../../../../contract/causes.ts";
import type { Language } from "../../../../ui/texts.ts";
import { ask } from "../ask.ts";

/** An examination: while it runs, and what it came to. It goes on when another place is looked at. */
export type DoctorRun = {
  readonly state: "none" | "running" | "done" | "failed" | "cancelled";
  /** In the order they ended. */
  readonly checks: readonly Check[];
  /** Of the last examination that came to its end. */
  readonly diagnosis: Diagnosis | null;
  readonly failure: Failure | null;
  readonly portal: string | null;
  /** Of the page for the customer's IT. */
  readonly language: Language;
};

export const useDoctorRun = create<DoctorRun>()(() => ({
  state: "none",
  checks: [],
  diagnosis: null,
  failure: null,
  portal: null,
  language: "en",
}));

let running = new AbortController();

/** Examines the way to the portal; an examination that runs already is given up. `portal` null: the one in use, or the only one. */
export async function examine(portal: string | null, language: Language): Promise<void> {
  const { setState } = useDoctorRun;
  running.abort();
  const controller = new AbortController();
  running = controller;
  const isCurrent = (): boolean => running === controller;
  setState({ state: "running", checks: [], failure: null, portal, language });
  const onCheck = (check: Check): void => {
    if (isCurrent()) setState(({ checks }) => ({ checks: [...checks, check] }));
  };
  try {
    const result = await ask({ type: "doctor", portal, language }, { signal: controller.signal, onCheck });
    if (!isCurrent() || result.type !== "diagnosis") return;
    setState({ state: "done", diagnosis: result.diagnosis, checks: result.diagnosis.checks });
  } catch (error) {
    if (!isCurrent()) return;
    setState(controller.signal.aborted ? { state: "cancelled" } : { state: "failed", failure: failureOf(error) });
  }
}

export function cancelExamination(): void {
  running.abort();
}
