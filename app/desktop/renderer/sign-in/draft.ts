import { create } from "zustand";
import type { AgentResult } from "../../../../contract/agent.ts";

export type Inspection = Extract<AgentResult, { readonly type: "inspection" }>;

/** What was typed on the way in. It lives here and not in the form, so that nothing that comes in between takes it away. */
export type Draft = {
  readonly address: string;
  /** What the portal there shows; null: not looked at yet, or looked away. */
  readonly inspection: Inspection | null;
  readonly account: string;
  readonly user: string;
  readonly password: string;
  readonly remember: boolean;
  readonly code: string;
  readonly proxyUser: string;
  readonly proxyPassword: string;
  readonly keepProxy: boolean;
  /** Whether the address book is looked at without being signed in. */
  readonly browsing: boolean;
  readonly change: (part: Partial<Omit<Draft, "change" | "signedIn">>) => void;
  /** Signed in: what was secret is forgotten. */
  readonly signedIn: () => void;
};

export const useDraft = create<Draft>()((set) => ({
  address: "",
  inspection: null,
  account: "",
  user: "",
  password: "",
  remember: false,
  code: "",
  proxyUser: "",
  proxyPassword: "",
  keepProxy: false,
  browsing: false,
  change: (part) => set(part),
  signedIn: () => set({ password: "", code: "", proxyPassword: "", browsing: false }),
}));
