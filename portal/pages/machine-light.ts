import type { Machine } from "../../contract/portal.ts";
import type { LightState } from "../../ui/light.tsx";
import type { OwnConnection } from "./store.ts";

/** How a machine looks from afar to this person. Green with a check only after its router has answered the person's own laptop. */
export function lightOf(machine: Machine, connection: OwnConnection | undefined, user: string): LightState {
  switch (connection?.state?.state) {
    case "connected":
      return "linked";
    case "routing":
      return "busy";
    case "routeErrors":
      return "part";
    case "silent":
      return "silent";
    case "overlapping":
      return "wrong";
    case "closed":
    case undefined:
      break;
  }
  if (connection !== undefined) return connection.state?.cause != null ? "wrong" : "busy";
  if (!machine.online) return "off";
  if (machine.present.includes(user)) return "used";
  return machine.present.length > 0 ? "used" : "on";
}

/** The word beside the light: a key below `machine.light`. */
export function wordOf(
  machine: Machine,
  connection: OwnConnection | undefined,
  user: string,
): "own" | "wrong" | "online" | "used" | "offline" {
  if (connection?.state?.state === "overlapping") return "wrong";
  if (connection !== undefined || machine.present.includes(user)) return "own";
  if (!machine.online) return "offline";
  return machine.present.length > 0 ? "used" : "online";
}
