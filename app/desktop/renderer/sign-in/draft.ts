import { create } from "zustand";
import type { AgentResult } from "../../../../contract/agent.ts";
import { portalAttempt, signInAttempt } from "./attempt.ts";
import { noNames, type TypedNames } from "./names.ts";

export type Inspection = Extract<AgentResult, { readonly type: "inspection" }>;

/** What was typed on the way in. It lives here and not in the form, so that nothing that comes in between takes it away. */
export type Draft = {
  /** Which portal is signed in to; null: nobody chose, so the first one. */
  readonly host: string | null;
  /** Whether another portal is being named. */
  readonly adding: boolean;
  readonly address: string;
  /** What the portal there shows; null: not looked at yet, or looked away. */
  readonly inspection: Inspection | null;
  /** The fingerprint that the person was given for it. */
  readonly given: string;
  readonly names: TypedNames;
  /** Belongs to the portal at which it was typed: it is never shown at another, let alone sent there. */
  readonly password: { readonly portal: string; readonly text: string };
  readonly remember: boolean;
  readonly code: string;
  readonly proxyUser: string;
  readonly proxyPassword: string;
  readonly keepProxy: boolean;
  /** Whether the address book is looked at without being signed in. */
  readonly browsing: boolean;
  readonly change: (part: Partial<Omit<Draft, "change" | "choose" | "signedIn">>) => void;
  /** Takes another portal; what was secret at the one before is forgotten. */
  readonly choose: (host: string) => void;
  /** Signed in: what was secret is forgotten, and the agent knows the names. */
  readonly signedIn: () => void;
};

const noPassword: Draft["password"] = { portal: "", text: "" };

export const useDraft = create<Draft>()((set) => ({
  host: null,
  adding: false,
  address: "",
  inspection: null,
  given: "",
  names: noNames,
  password: noPassword,
  remember: false,
  code: "",
  proxyUser: "",
  proxyPassword: "",
  keepProxy: false,
  browsing: false,
  change: (part) => set(part),
  choose: (host) => {
    signInAttempt.getState().forget();
    set({ host, adding: false, password: noPassword, code: "" });
  },
  signedIn: () => {
    portalAttempt.getState().forget();
    signInAttempt.getState().forget();
    set({ names: noNames, password: noPassword, code: "", proxyPassword: "", browsing: false });
  },
}));
