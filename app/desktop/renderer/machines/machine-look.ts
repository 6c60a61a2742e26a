import type { Machine } from "../../../../contract/portal.ts";
import type { Connection } from "../../../../contract/state.ts";
import type { LightState } from "../../../../ui/light.tsx";

/** Light of a machine that one has no connection to. `known` false: what the portal said is old. */
export function machineLight(machine: Machine, known: boolean): LightState {
  if (!known) return "unknown";
  if (!machine.online) return "off";
  return machine.present.length > 0 ? "used" : "on";
}

export function connectionLight({ status }: Connection): LightState {
  switch (status.state) {
    case "requested":
    case "routing":
    case "closing":
      return "busy";
    case "connected":
      return "linked";
    case "routeErrors":
      return "part";
    case "silent":
      return "silent";
    case "overlapping":
    case "failed":
      return "wrong";
  }
}

/** Key and values of the text that says how a connection stands, the same as in the command line. */
export function connectionWord({ status }: Connection): readonly [key: string, values: Record<string, string>] {
  switch (status.state) {
    case "silent":
      if (status.who === "router") return ["states.machine.silentRouter", {}];
      if (status.devices.length === 0) return ["desktop.machines.devicesSilent", {}];
      return ["states.machine.silentDevices", { devices: status.devices.join(", ") }];
    case "overlapping":
      return ["states.machine.overlapping", { other: status.other ?? status.adapter ?? status.local }];
    default:
      return [`states.machine.${status.state}`, {}];
  }
}
