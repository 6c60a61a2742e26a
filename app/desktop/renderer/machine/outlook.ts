import type { Machine } from "../../../../contract/portal.ts";
import type { Connection } from "../../../../contract/state.ts";

/** How things stand with a machine: the sentence in its header (`panels.machine.sentence`) with its values. */
export interface Outlook {
  /** `busy`: something is under way; `doubt`: connected, and not all of it answers. */
  readonly mood: "connected" | "busy" | "doubt" | "wrong" | "online" | "offline";
  readonly sentence:
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
}

export function outlookOf(machine: Machine, connection: Connection | undefined): Outlook {
  if (connection === undefined) return fromAfar(machine);
  const { status } = connection;
  switch (status.state) {
    case "requested":
    case "routing":
    case "closing":
      return { mood: "busy", sentence: status.state };
    case "connected":
      return { mood: "connected", sentence: "connected" };
    case "routeErrors":
      return { mood: "doubt", sentence: "routeErrors" };
    case "silent":
      return { mood: "doubt", sentence: status.who === "router" ? "silentRouter" : "silentDevices" };
    case "overlapping":
    case "failed":
      return { mood: "wrong", sentence: status.state };
  }
}

function fromAfar({ online, lastSeen, present }: Machine): Outlook {
  if (online) return { mood: "online", sentence: present.length > 0 ? "present" : "online" };
  return { mood: "offline", sentence: lastSeen === null ? "offline" : "offlineSince" };
}

/** Whether there is something to disconnect: also a connection that is only wished for. */
export function isHeld(connection: Connection | undefined): boolean {
  return connection !== undefined && connection.status.state !== "failed" && connection.status.state !== "overlapping";
}
