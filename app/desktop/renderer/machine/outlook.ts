import type { Machine } from "../../../../contract/portal.ts";
import type { Connection } from "../../../../contract/state.ts";
import type { Belief } from "../machines/machine-look.ts";

/** How things stand with a machine: which sentence its header says. */
export type Outlook =
  | "unknown"
  | "waiting"
  | "offline"
  | "offlineSince"
  | "online"
  | "present"
  | "requested"
  | "routing"
  | "connected"
  | "routeErrors"
  | "silentRouter"
  | "silentDevices"
  | "overlapping"
  | "closing"
  | "failed";

/** `isKnown` false: what the portal said is old. `belief`: what may be said of a connection. */
export function outlookOf(
  machine: Machine,
  connection: Connection | undefined,
  { isKnown, belief }: { readonly isKnown: boolean; readonly belief: Belief },
): Outlook {
  if (connection === undefined) return isKnown ? fromAfar(machine) : "unknown";
  if (belief === "nothing") return "unknown";
  const { status } = connection;
  // Green, or silent, is only what a tunnel that answers has found.
  if (belief === "waiting" && carried.has(status.state)) return "waiting";
  if (status.state === "silent") return status.who === "router" ? "silentRouter" : "silentDevices";
  return status.state;
}

const carried: ReadonlySet<Connection["status"]["state"]> = new Set(["connected", "routeErrors", "silent"]);

function fromAfar({ online, lastSeen, present }: Machine): Outlook {
  if (online) return present.length > 0 ? "present" : "online";
  return lastSeen === null ? "offline" : "offlineSince";
}

/** Whether there is something to disconnect: also a connection that is only wished for. */
export function isHeld(connection: Connection | undefined): boolean {
  return connection !== undefined && connection.status.state !== "failed" && connection.status.state !== "overlapping";
}
