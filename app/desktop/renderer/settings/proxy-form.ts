import { create } from "zustand";
import type { AgentResult } from "../../../../contract/agent.ts";
import type { Failure } from "../../../../contract/causes.ts";
import { failureOf } from "../../../../contract/causes.ts";
import { ask } from "../ask.ts";
import { useDesk } from "../store.ts";
import type { ProxyEntry } from "./proxy-entry.ts";
import { credentialsOf, entryOf, missingIn, settingOf, takenApart } from "./proxy-entry.ts";

type Known = Extract<AgentResult, { readonly type: "proxy" }>;

/** The proxy form; it stays as it was typed when another place is looked at. */
export type ProxyForm = {
  readonly entry: ProxyEntry;
  /** Whether it was touched: then what the agent says does not overwrite it. */
  readonly isTyped: boolean;
  /** What is in force; null: not known yet. */
  readonly known: Known | null;
  readonly missing: ReturnType<typeof missingIn>;
  readonly isWorking: boolean;
  readonly isApplied: boolean;
  readonly failure: Failure | null;
  /** Whether somebody was sent here, and has not been shown it yet. */
  readonly isSought: boolean;
};

export const useProxyForm = create<ProxyForm>()(() => ({
  entry: entryOf({ mode: "none" }),
  isTyped: false,
  known: null,
  missing: null,
  isWorking: false,
  isApplied: false,
  failure: null,
  isSought: false,
}));

const { getState, setState } = useProxyForm;

/** Leads to the proxy setting, wherever it stands in its place. */
export function seekProxySetting(): void {
  setState({ isSought: true });
  useDesk.getState().go("settings");
}

/** It has been brought into view. */
export function foundProxySetting(): void {
  setState({ isSought: false });
}

export async function readProxy(): Promise<void> {
  try {
    const known = await ask({ type: "proxy" });
    if (known.type !== "proxy") return;
    setState(({ isTyped, entry }) => ({ known, failure: null, entry: isTyped ? entry : entryOf(known.setting) }));
  } catch (error) {
    setState({ failure: failureOf(error) });
  }
}

export function editProxy(entry: ProxyEntry): void {
  setState({ entry, isTyped: true, missing: null, isApplied: false });
}

/** Once the address is typed or pasted: what of it belongs in the other field goes there. */
export function takeProxyApart(): void {
  const { entry } = getState();
  const apart = takenApart(entry);
  if (apart.host !== entry.host || apart.port !== entry.port) editProxy(apart);
}

/** Puts the setting in force. What was typed stays when that fails. */
export async function applyProxy(): Promise<void> {
  takeProxyApart(); // who presses Enter in the field has not left it
  const { entry } = getState();
  const missing = missingIn(entry);
  setState({ missing });
  if (missing !== null) return;
  setState({ isWorking: true, failure: null, isApplied: false });
  try {
    await ask({ type: "setProxy", setting: settingOf(entry), credentials: credentialsOf(entry) });
    setState({ isTyped: false, isApplied: true });
    await readProxy();
  } catch (error) {
    setState({ failure: failureOf(error) });
  } finally {
    setState({ isWorking: false });
  }
}
