import type { Check } from "../../../../contract/agent.ts";

/** A line of the doctor's list: a check that has ended, or one that is still waited for. */
export type CheckLine =
  | { readonly state: "waiting"; readonly check: Check["check"] }
  | { readonly state: "ended"; readonly check: Check["check"]; readonly found: Check };

/** In the order of the way out of this computer: what fails first is mostly why the rest does. */
const order: readonly Check["check"][] = ["helper", "clock", "name", "proxy", "port", "inspection", "portal", "tunnel"];
/** A proxy is looked at only where one is set. */
const always: readonly Check["check"][] = order.filter((check) => check !== "proxy");

/** What has ended, in the order of the way; while it runs also what is still to come. */
export function checkLines(checks: readonly Check[], isRunning: boolean): readonly CheckLine[] {
  return order.flatMap((check): readonly CheckLine[] => {
    const ended = checks.filter((each) => each.check === check);
    if (ended.length > 0) return ended.map((found) => ({ state: "ended", check, found }));
    return isRunning && always.includes(check) ? [{ state: "waiting", check }] : [];
  });
}

/** How far it is, from 0 to 1; the ports count as one. */
export function progressOf(checks: readonly Check[]): number {
  const kinds = new Set(checks.map(({ check }) => check).filter((check) => always.includes(check)));
  return kinds.size / always.length;
}
