import type { AgentState } from "../../../contract/state.ts";
import type { LinkStatus } from "../bridge/agent-link.ts";

/**
 * What the tray's icon says from afar, each in a shape of its own (resources/icons/tray-<name>.svg):
 * a ring: no tunnel; a ring with gaps: on the way; a disc: tunnel; a disc in a ring: connected to a machine; a triangle: look here.
 */
export const trayIcons = ["idle", "working", "ready", "connected", "attention"] as const;
export type TrayIcon = (typeof trayIcons)[number];

/** Whether the system says that its bar is dark; undefined where it says nothing of it. */
export type BarGround = boolean | undefined;

/**
 * The picture's name without its ending, as build/bundle/icons.ts makes them. On Linux nobody says what the panel's ground is: GNOME's bar is black
 * whatever the theme, and most others are dark; the outline keeps the icon visible on the rest.
 */
export function trayPicture(icon: TrayIcon, platform: NodeJS.Platform, isBarDark: BarGround): string {
  // macOS takes the shape and colours it by itself.
  if (platform === "darwin") return `tray-${icon}-template`;
  return `tray-${icon}-on-${(isBarDark ?? true) ? "dark" : "light"}`;
}

/** `state` undefined: no agent has said anything yet. */
export function trayIconOf(state: AgentState | undefined, link: LinkStatus["link"]): TrayIcon {
  if (link === "lost") return "attention";
  if (state === undefined || link === "starting") return "working";
  switch (state.session.state) {
    case "signedOut":
    case "signedIn":
      return "idle";
    case "signingIn":
    case "dialling":
    case "securing":
    case "addressing":
    case "suspended":
    case "hangingUp":
      return "working";
    // They go on by themselves or wait for a word, but what a person counted on is not there.
    case "reconnecting":
    case "asking":
    case "failed":
      return "attention";
    case "ready":
      return iconOfConnections(state.connections);
  }
}

function iconOfConnections(connections: AgentState["connections"]): TrayIcon {
  const states = connections.map(({ status }) => status.state);
  if (states.some((state) => state === "failed" || state === "silent" || state === "overlapping")) return "attention";
  // Green may stand for the whole alone.
  if (states.includes("routeErrors")) return "attention";
  if (states.includes("requested") || states.includes("routing")) return "working";
  return states.includes("connected") ? "connected" : "ready";
}
