import type { Cause } from "../../../contract/causes.ts";
import type { AgentState, Connection } from "../../../contract/state.ts";
import type { WindowPlace } from "../../../contract/window.ts";
import type { Texts } from "./texts.ts";

/** What the system shows in passing while the window is not looked at; a click leads to `place`, and to the machine there. */
export interface Notice {
  readonly title: string;
  readonly body: string;
  readonly place: WindowPlace;
  readonly machine?: string;
}

/**
 * What a change of state is worth telling somebody who does not look: that a machine can be worked with now, and that something they
 * counted on is gone. What they asked for themselves and what mends itself in a moment is not.
 */
export class Notices {
  #before: AgentState | undefined;
  /** Machines whose connection waits for the tunnel, or comes back with it: the session's own notice tells of that. */
  readonly #resuming = new Set<string>();

  /** What the next state is worth; nothing of the first one, which stood before anybody looked. */
  next(after: AgentState, texts: Texts): readonly Notice[] {
    const before = this.#before;
    this.#before = after;
    for (const { machine, status } of after.connections) if (status.state === "waiting") this.#resuming.add(machine);
    const notices =
      before === undefined
        ? []
        : [...sessionNotices(before, after, texts), ...connectionNotices(before, after, this.#resuming, texts)];
    const onTheWay = after.connections.filter(({ status }) => isOnTheWay(status.state)).map(({ machine }) => machine);
    for (const machine of this.#resuming) if (!onTheWay.includes(machine)) this.#resuming.delete(machine);
    return notices;
  }
}

function isOnTheWay(state: Connection["status"]["state"]): boolean {
  return state === "waiting" || state === "requested" || state === "routing";
}

function sessionNotices(before: AgentState, { session }: AgentState, texts: Texts): readonly Notice[] {
  if (session.state === before.session.state) return [];
  if (session.state === "reconnecting" && before.session.state === "ready") {
    return [causeNotice(session.why.cause, texts)];
  }
  // What failed at the first try happens before the eyes of whoever tried.
  const wasUp = before.session.state === "ready" || before.session.state === "reconnecting";
  if (session.state === "failed" && wasUp) return [causeNotice(session.failure.cause, texts)];
  if (session.state === "ready" && before.session.state !== "hangingUp" && wasLost(before)) {
    return [{ title: texts.say("notice.backTitle"), body: texts.say("notice.backBody"), place: "machines" }];
  }
  return [];
}

/** On the way to a tunnel that there was before, not to a first one. */
function wasLost({ session, connections }: AgentState): boolean {
  return session.state === "reconnecting" || connections.length > 0;
}

function causeNotice(cause: Cause, texts: Texts): Notice {
  const values = { portal: "none", machine: "none" };
  return {
    title: texts.say(`causes.${cause}.headline`, values),
    body: texts.say(`causes.${cause}.advice`, values),
    place: "machines",
  };
}

/** A connection that was asked for and did not come about. */
export function failedNotice(
  { machine, name }: Pick<Connection, "machine" | "name">,
  cause: Cause,
  texts: Texts,
): Notice {
  const values = { portal: "none", machine: name };
  return {
    title: texts.say(`causes.${cause}.headline`, values),
    body: texts.say(`causes.${cause}.advice`, values),
    place: "machines",
    machine,
  };
}

/** Whether the state says by itself that a connection did not come about, and a notice with it. */
export function isTold(state: AgentState | undefined, machine: string): boolean {
  const status = state?.connections.find((connection) => connection.machine === machine)?.status.state;
  return status === "failed" || status === "overlapping";
}

function connectionNotices(
  before: AgentState,
  after: AgentState,
  resuming: ReadonlySet<string>,
  texts: Texts,
): readonly Notice[] {
  const earlier = new Map(before.connections.map((connection) => [connection.machine, connection]));
  const changed = after.connections.flatMap((connection) => {
    const was = earlier.get(connection.machine)?.status.state;
    const stood = resuming.has(connection.machine) ? "resuming" : was;
    return was === connection.status.state ? [] : changeNotice(connection, stood, texts);
  });
  return [...changed, ...withdrawn(before, after, texts)];
}

function changeNotice(
  { machine, name, status }: Connection,
  was: Connection["status"]["state"] | "resuming" | undefined,
  texts: Texts,
): readonly Notice[] {
  const at = { place: "machines", machine } as const;
  const names = { machine: name };
  switch (status.state) {
    case "connected":
      if (was === "resuming") return [];
      return [{ title: texts.say("notice.connected", names), body: texts.say("notice.connectedBody"), ...at }];
    case "silent":
      // Before it ever answered, whoever connects it looks on.
      if (was !== "connected" && was !== "routeErrors" && was !== "resuming") return [];
      return [{ title: texts.say("notice.silent", names), body: texts.say("notice.silentBody"), ...at }];
    case "overlapping": {
      const other = status.other ?? status.adapter ?? status.local;
      const values = { network: status.network, other };
      return [
        { title: texts.say("notice.overlapping", names), body: texts.say("notice.overlappingBody", values), ...at },
      ];
    }
    case "routeErrors": {
      const networks = status.failed.map(({ network }) => network).join(", ");
      return [{ title: texts.say("notice.routes", names), body: texts.say("notice.routesBody", { networks }), ...at }];
    }
    case "failed":
      return status.failure.cause === "cancelled" ? [] : [failedNotice({ machine, name }, status.failure.cause, texts)];
    // On the way, or waiting for the tunnel, of which the session tells.
    case "waiting":
    case "requested":
    case "routing":
    case "closing":
      return [];
  }
}

/** Connections that went without having been closed here, while the tunnel stood: somebody else ended them. */
function withdrawn(before: AgentState, after: AgentState, texts: Texts): readonly Notice[] {
  if (after.session.state !== "ready" || before.session.state !== "ready") return [];
  const left = new Set(after.connections.map(({ machine }) => machine));
  return before.connections
    .filter(({ machine, status }) => !left.has(machine) && isUsed(status.state))
    .map(({ name }) => ({
      title: texts.say("notice.ended", { machine: name }),
      body: texts.say("notice.endedBody"),
      place: "machines" as const,
    }));
}

function isUsed(state: Connection["status"]["state"]): boolean {
  return state === "connected" || state === "routeErrors" || state === "silent";
}
