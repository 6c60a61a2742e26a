import type { AgentState, Connection } from "../../../contract/state.ts";
import type { WindowPlace } from "../../../contract/window.ts";
import type { Texts } from "./texts.ts";

/** What the system shows in passing while the window is not looked at; a click leads to `place`. */
export interface Notice {
  readonly title: string;
  readonly body: string;
  readonly place: WindowPlace;
}

/**
 * What a change of state is worth telling somebody who does not look: that a machine can be worked with now, and that something they
 * counted on is gone. What they asked for themselves and what mends itself in a moment is not.
 */
export function noticesOf(before: AgentState | undefined, after: AgentState, texts: Texts): readonly Notice[] {
  if (before === undefined) return [];
  return [...sessionNotices(before, after, texts), ...connectionNotices(before, after, texts)];
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

function causeNotice(cause: NonNullable<AgentState["notice"]>["cause"], texts: Texts): Notice {
  const values = { portal: "none", machine: "none" };
  return {
    title: texts.say(`causes.${cause}.headline`, values),
    body: texts.say(`causes.${cause}.advice`, values),
    place: "machines",
  };
}

function connectionNotices(before: AgentState, after: AgentState, texts: Texts): readonly Notice[] {
  const earlier = new Map(before.connections.map((connection) => [connection.machine, connection]));
  const changed = after.connections.flatMap((connection) => {
    const was = earlier.get(connection.machine)?.status.state;
    return was === connection.status.state ? [] : changeNotice(connection, was, texts);
  });
  return [...changed, ...withdrawn(before, after, texts)];
}

function changeNotice(
  { name, status }: Connection,
  was: Connection["status"]["state"] | undefined,
  texts: Texts,
): readonly Notice[] {
  const machine = { machine: name };
  switch (status.state) {
    case "connected":
      return [
        { title: texts.say("notice.connected", machine), body: texts.say("notice.connectedBody"), place: "machines" },
      ];
    case "silent":
      if (was !== "connected" && was !== "routeErrors") return [];
      return [{ title: texts.say("notice.silent", machine), body: texts.say("notice.silentBody"), place: "machines" }];
    case "failed": {
      const { cause } = status.failure;
      if (cause === "cancelled") return [];
      const values = { portal: "none", machine: name };
      return [
        {
          title: texts.say(`causes.${cause}.headline`, values),
          body: texts.say(`causes.${cause}.advice`, values),
          place: "machines",
        },
      ];
    }
    default:
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
