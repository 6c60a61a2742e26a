import type { AgentRequest, AgentResult } from "../../../contract/agent.ts";
import { CauseError, failureOf } from "../../../contract/causes.ts";
import { canConnect } from "../../core/predicates.ts";
import { connected } from "../faces/answers.ts";
import { askedFor } from "../faces/face-connection.ts";
import type { Store } from "../store.ts";
import type { MachinesActor } from "./machines.ts";

interface Parts {
  readonly store: Store;
  readonly machines: MachinesActor;
}

const done: AgentResult = { type: "done" };
const maxConnections = 64;

/** Connects to a machine (id or name) and waits until that stands. Throws why it does not; the state shows the same. */
export async function connect(
  parts: Parts,
  request: Extract<AgentRequest, { readonly type: "connect" }>,
  signal: AbortSignal,
): Promise<AgentResult> {
  const { store, machines } = parts;
  if (store.view.identity === null) throw new CauseError("signedOut");
  if (!canConnect(store.view)) throw new CauseError("dialFirst");
  const machine = await machines.find(request.machine, signal);
  const known = store.view.connections.some((connection) => connection.machine === machine.id);
  if (!known && store.view.connections.length >= maxConnections)
    throw new CauseError("badRequest", "too many connections");
  const { networks, orderNumber, reason } = request;
  const wish = { networks, orderNumber, reason };
  const asked = { type: "connectAsked", machine: machine.id, name: machine.name, wish } as const;
  store.dispatch(asked);
  try {
    return await connected(store, machine.id, signal).catch(async (error: unknown) => {
      if (!request.standIn || failureOf(error).cause !== "overlap") throw error;
      await machines.requestStandIns(machine.id, signal);
      store.dispatch(asked);
      return await connected(store, machine.id, signal);
    });
  } catch (error) {
    if (signal.reason === askedFor) store.dispatch({ type: "disconnectAsked", machine: machine.id });
    throw error;
  }
}

/** Ends the connection to one machine (id or name), or to all. Throws `machineUnknown`. */
export async function disconnect(parts: Parts, wanted: string | null, signal: AbortSignal): Promise<AgentResult> {
  const { store } = parts;
  const name = wanted?.toLowerCase();
  const chosen = store.view.connections.filter(
    (connection) => name === undefined || connection.machine === wanted || connection.name.toLowerCase() === name,
  );
  if (wanted !== null && chosen.length === 0) throw new CauseError("machineUnknown", wanted);
  const ids = new Set(chosen.map(({ machine }) => machine));
  for (const machine of ids) store.dispatch({ type: "disconnectAsked", machine });
  await store.waitFor(({ connections }) => !connections.some(({ machine }) => ids.has(machine)), signal);
  return done;
}
