import type { Cause } from "../../contract/causes.ts";
import type { Effect } from "./effects.ts";
import type { MachineConnection, Model, Phase } from "./model.ts";
import type { Reduction } from "./reduction.ts";
import { to } from "./reduction.ts";

/** The connections of a model, changed one or all at a time. */

export function change(
  model: Model,
  machine: string,
  edit: (connection: MachineConnection) => MachineConnection,
): Model {
  const connections = model.connections.map((connection) =>
    connection.machine === machine ? edit(connection) : connection,
  );
  return { ...model, connections };
}

type OpenPhase = Extract<Phase, { readonly at: "open" }>;

export function everyOpen(model: Model, edit: (phase: OpenPhase, connection: MachineConnection) => OpenPhase): Model {
  const connections = model.connections.map((connection) =>
    connection.phase.at === "open" ? { ...connection, phase: edit(connection.phase, connection) } : connection,
  );
  return { ...model, connections };
}

/** Whether the routers still answer is to be seen: nothing is green until they have. */
export function doubtAll(model: Model): Model {
  return everyOpen(model, (phase) => ({ ...phase, echo: { state: "unknown" } }));
}

export function without(model: Model, drop: (connection: MachineConnection) => boolean): Model {
  return { ...model, connections: model.connections.filter((connection) => !drop(connection)) };
}

export function requestOf(connection: MachineConnection): Effect {
  return { type: "requestIntent", machine: connection.machine, wish: connection.wish };
}

/** Asks the portal anew for every connection that waits: after a reconnect nothing of the old tunnel is left there. */
export function requestAll(model: Model): Reduction {
  return to(model, ...model.connections.filter(({ phase }) => phase.at === "requested").map(requestOf));
}

/** The tunnel is away: what was connected waits for the next one, what was being closed is closed. */
export function suspendAll(model: Model): Model {
  const connections = model.connections
    .filter(({ phase }) => phase.at !== "closing")
    .map<MachineConnection>((connection) =>
      connection.phase.at === "failed" && !passesByItself(connection.phase.failure.cause)
        ? connection
        : { ...connection, intent: null, phase: { at: "requested" } },
    );
  return { ...model, connections };
}

// The portal may know that the tunnel is gone before this computer does, as after sleep: that ends nobody's wish.
function passesByItself(cause: Cause): boolean {
  return cause === "machineOffline" || cause === "tunnelLost";
}

export function forgetAll(model: Model): Model {
  return { ...model, connections: [] };
}
