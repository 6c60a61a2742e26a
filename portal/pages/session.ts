import { create } from "zustand";
import type { Failure } from "../../contract/causes.ts";
import { failureOf } from "../../contract/causes.ts";
import type { Me } from "./api.ts";
import { api } from "./api.ts";
import { useDrafts } from "./drafts.ts";

/** Why a page is back at the sign-in: what the portal said, or that the program's code was of no use. */
export type Ended = { readonly why: "failure"; readonly failure: Failure } | { readonly why: "handOver" };

type SessionState = {
  /** Undefined until we know whether there is a session, null when there is none. */
  readonly me: Me | null | undefined;
  readonly ended: Ended | null;
  /** The portal could not be asked whether there is a session. */
  readonly startFailure: Failure | null;
  /** Finds out who is signed in; with the program's one-time code, if there is one. */
  readonly start: (handOver: string | null) => Promise<void>;
  /** Reads anew who is signed in, and how. */
  readonly read: () => Promise<void>;
  readonly signOut: () => Promise<void>;
  /** The portal has ended the session. */
  readonly over: (failure: Failure) => void;
};

/** Who is signed in on this page. */
export const useSession = create<SessionState>()((set) => ({
  me: undefined,
  ended: null,
  startFailure: null,

  start: async (handOver) => {
    set({ me: undefined, startFailure: null, ended: null });
    if (handOver !== null) {
      try {
        await api.handOver(handOver);
      } catch (error) {
        const failure = failureOf(error);
        const useless = failure.cause === "credentialsRefused";
        set({ me: null, ended: useless ? { why: "handOver" } : { why: "failure", failure } });
        return;
      }
    }
    try {
      set({ me: await api.me() });
    } catch (error) {
      const failure = failureOf(error);
      if (failure.cause === "signedOut") set({ me: null });
      else set({ startFailure: failure });
    }
  },
  read: async () => set({ me: await api.me(), ended: null }),
  signOut: async () => {
    await api.logout();
    // Whoever leaves leaves nothing behind.
    useDrafts.getState().own("");
    set({ me: null, ended: null });
  },
  over: (failure) => set({ me: null, ended: { why: "failure", failure } }),
}));
