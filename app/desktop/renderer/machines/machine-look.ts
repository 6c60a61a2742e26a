import type { Machine } from "../../../../contract/portal.ts";
import type { Connection } from "../../../../contract/state.ts";
import type { LightState } from "../../../../ui/light.tsx";
import { isUp } from "../../../core/predicates.ts";
import type { Desk } from "../store.ts";

/** A light and its words, as key and values of a text. */
export type Look = {
  readonly light: LightState;
  readonly word: readonly [key: string, values: Readonly<Record<string, string>>];
};

/** What may be believed: nothing while the agent is away; of connections only what a tunnel that answers carries. */
export type Belief = "all" | "waiting" | "nothing";

export function beliefOf({ agent, state }: Pick<Desk, "agent" | "state">): Belief {
  if (agent.link !== "attached" || state === undefined) return "nothing";
  return isUp(state.session) ? "all" : "waiting";
}

/** Light of a machine that one has no connection to. `known` false: what the portal said is old. */
export function machineLook(machine: Machine, known: boolean): Look {
  const light = !known ? "unknown" : !machine.online ? "off" : machine.present.length > 0 ? "used" : "on";
  return { light, word: [`desktop.machines.light.${light}`, {}] };
}

/** How a connection stands, in the words of the command line. Green only where an echo may still come back. */
export function connectionLook({ status }: Connection, belief: Belief): Look {
  if (belief === "nothing") return { light: "unknown", word: ["desktop.machines.light.unknown", {}] };
  switch (status.state) {
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
  }
  if (belief === "waiting") return { light: "unknown", word: ["desktop.machines.waiting", {}] };
  switch (status.state) {
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
