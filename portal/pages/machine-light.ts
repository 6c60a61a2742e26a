import type { Machine } from "../../contract/portal.ts";
import type { LightState } from "../../ui/light.tsx";
import type { OwnConnection } from "./own-connections.ts";

/** Whether what the page shows is kept up to date by the portal. */
export type Link = "live" | "lost";

/**
 * How a machine looks from afar to this person. Green with a check only after its router has answered the person's own laptop, and
 * only as long as the portal would tell that it does no more.
 */
export function lightOf(
  machine: Machine,
  connection: OwnConnection | undefined,
  user: string,
  link: Link = "live",
): LightState {
  if (connection !== undefined && link === "lost") return "unknown";
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
  link: Link = "live",
): "own" | "connected" | "part" | "silent" | "wrong" | "online" | "used" | "offline" {
  const state = connection?.state?.state;
  if (state === "overlapping") return "wrong";
  if (link === "live" && state === "connected") return "connected";
  if (link === "live" && state === "silent") return "silent";
  if (link === "live" && state === "routeErrors") return "part";
  if (connection !== undefined || machine.present.includes(user)) return "own";
  if (!machine.online) return "offline";
  return machine.present.length > 0 ? "used" : "online";
}
