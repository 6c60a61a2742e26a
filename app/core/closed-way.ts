import type { Check } from "../../contract/agent.ts";

/**
 * Which kind of way a check found closed; null: it is about something else, or says more than that. One closed way is not yet "no way
 * out of this network": another one may be open, and the doctor must not say both.
 */
export function closedWay({ check, cause }: Pick<Check, "check" | "cause">): "port" | "proxy" | null {
  return cause === "noWay" && (check === "port" || check === "proxy") ? check : null;
}
