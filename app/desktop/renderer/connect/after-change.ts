import type { Failure } from "../../../../contract/causes.ts";
import type { Connection } from "../../../../contract/state.ts";
import type { Connect } from "./connect.ts";

type Kept = Pick<Connect, "drafts" | "used" | "failures" | "working">;
type Status = Connection["status"];

/**
 * What is still true of wishes and failures after the agent said something new of its connections: what was typed is used up once the
 * connection is open, a failure is over with the state that it was about, and what was asked for goes with the connection.
 */
export function afterChange(kept: Kept, before: readonly Connection[], now: readonly Connection[]): Partial<Kept> {
  const was = statuses(before);
  const is = statuses(now);
  const isUsedUp = (machine: string): boolean => isOpen(is.get(machine)) && !isOpen(was.get(machine));
  const isOver = (machine: string, failure: Failure): boolean =>
    (is.get(machine)?.state === "connected" && was.get(machine)?.state !== "connected") ||
    (isTold(failure, was.get(machine)) && !isTold(failure, is.get(machine)));
  return {
    drafts: without(kept.drafts, isUsedUp),
    failures: without(kept.failures, isOver),
    used: without(kept.used, (machine) => !is.has(machine) && !kept.working.has(machine)),
  };
}

/** Whether the connection's own state says this failure already, so that it need not be said beside it. */
export function isTold({ cause }: Failure, status: Status | undefined): boolean {
  switch (status?.state) {
    case "overlapping":
      return cause === "overlap";
    case "failed":
      return cause === status.failure.cause;
    case "silent":
      return cause === (status.who === "router" ? "routerSilent" : "devicesSilent");
    case "routeErrors":
      return status.failed.some(({ failure }) => failure.cause === cause);
    default:
      return false;
  }
}

/** Whether one can work on it at least in part; what was asked for has come. */
function isOpen(status: Status | undefined): boolean {
  return status !== undefined && ["connected", "routeErrors", "silent"].includes(status.state);
}

function statuses(connections: readonly Connection[]): ReadonlyMap<string, Status> {
  return new Map(connections.map(({ machine, status }) => [machine, status]));
}

/** The same map where nothing goes, so that nobody looks again. */
function without<Value>(
  map: ReadonlyMap<string, Value>,
  goes: (key: string, value: Value) => boolean,
): ReadonlyMap<string, Value> {
  const staying = [...map].filter(([key, value]) => !goes(key, value));
  return staying.length === map.size ? map : new Map(staying);
}
