import type { Session } from "../../../../contract/state.ts";
import type { LightState } from "../../../../ui/light.tsx";
import { assertNever } from "../../../core/assert-never.ts";
import type { Desk } from "../store.ts";

/** The way from this computer to the portal as the frame draws it. */
export type WayLook = "none" | "seeking" | "open" | "broken";

/** What the frame says of the session. Green is only what an echo has just proven. */
export type SessionLook = { readonly light: LightState; readonly way: WayLook; readonly word: SessionWord };
export type SessionWord = Session["state"] | "starting" | "lost";

export function sessionLook({ agent, state }: Pick<Desk, "agent" | "state">): SessionLook {
  // What was said last is old: a green light would be a lie.
  if (agent.link === "lost") return { light: "unknown", way: "none", word: "lost" };
  if (agent.link === "starting" || state === undefined) return { light: "busy", way: "none", word: "starting" };
  const word = state.session.state;
  switch (word) {
    case "signedOut":
    case "signedIn":
      return { light: "off", way: "none", word };
    case "signingIn":
    case "dialling":
    case "securing":
    case "addressing":
      return { light: "busy", way: "seeking", word };
    case "asking":
      return { light: "part", way: "seeking", word };
    case "ready":
      return { light: "linked", way: "open", word };
    case "reconnecting":
      return { light: "part", way: "broken", word };
    case "suspended":
      return { light: "silent", way: "broken", word };
    case "hangingUp":
      return { light: "busy", way: "none", word };
    case "failed":
      return { light: "wrong", way: "broken", word };
    default:
      return assertNever(word);
  }
}
