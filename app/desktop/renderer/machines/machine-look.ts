import type { Machine } from "../../../../contract/portal.ts";
import type { Connection } from "../../../../contract/state.ts";
import type { LightState } from "../../../../ui/light.tsx";
import type { Desk } from "../store.ts";

/** A light and its words, as key and values of a text. */
export type Look = {
  readonly light: LightState;
  readonly word: readonly [key: string, values: Readonly<Record<string, string>>];
};

/** Whether what was said of connections may be believed: not while the agent is away. */
export function isBelieved({ agent, state }: Pick<Desk, "agent" | "state">): boolean {
  return agent.link === "attached" && state !== undefined;
}

/** Light of a machine that one has no connection to. `known` false: what the portal said is old. */
export function machineLook(machine: Machine, known: boolean): Look {
  const light = !known ? "unknown" : !machine.online ? "off" : machine.present.length > 0 ? "used" : "on";
  return { light, word: [`desktop.machines.light.${light}`, {}] };
}

/** How a connection stands, in the words of the command line. Green only where an echo may still come back. */
export function connectionLook({ status }: Connection, believed: boolean): Look {
  if (!believed) return { light: "unknown", word: ["desktop.machines.light.unknown", {}] };
  switch (status.state) {
    case "waiting":
      return { light: "unknown", word: ["states.machine.waiting", {}] };
    case "requested":
    case "routing":
    case "closing":
      return { light: "busy", word: [`states.machine.${status.state}`, {}] };
    case "overlapping": {
      const other = status.other ?? status.adapter ?? status.local;
      return { light: "wrong", word: ["states.machine.overlapping", { other }] };
    }
    case "failed":
      return { light: "wrong", word: ["states.machine.failed", {}] };
    case "connected":
      return { light: "linked", word: ["states.machine.connected", {}] };
    case "routeErrors":
      return { light: "part", word: ["states.machine.routeErrors", {}] };
    case "silent":
      return { light: "silent", word: silentWord(status) };
  }
}

function silentWord({ who, devices }: Extract<Connection["status"], { readonly state: "silent" }>): Look["word"] {
  if (who === "router") return ["states.machine.silentRouter", {}];
  if (devices.length === 0) return ["desktop.machines.devicesSilent", {}];
  return ["states.machine.silentDevices", { devices: devices.join(", ") }];
}
