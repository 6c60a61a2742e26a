import type { Machine } from "../../../../contract/portal.ts";
import type { Connection } from "../../../../contract/state.ts";

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

/** `isKnown` false: what the portal said is old. `believed` false: what was said of the connection is. */
export function outlookOf(
  machine: Machine,
  connection: Connection | undefined,
  { isKnown, believed }: { readonly isKnown: boolean; readonly believed: boolean },
): Outlook {
  if (connection === undefined) return isKnown ? fromAfar(machine) : "unknown";
  if (!believed) return "unknown";
  const { status } = connection;
  if (status.state === "silent") return status.who === "router" ? "silentRouter" : "silentDevices";
  return status.state;
}

function fromAfar({ online, lastSeen, present }: Machine): Outlook {
  if (online) return present.length > 0 ? "present" : "online";
  return lastSeen === null ? "offline" : "offlineSince";
}

/** Whether there is something to disconnect: also a connection that is only wished for. */
export function isHeld(connection: Connection | undefined): boolean {
  return connection !== undefined && connection.status.state !== "failed" && connection.status.state !== "overlapping";
}
