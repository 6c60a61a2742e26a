import type { AgentState } from "../../contract/state.ts";
import type { PageView } from "./page.ts";

/** What is so, as somebody sees it who asks none of our programs. */
export interface Sight {
  /** An echo came back through the laptop's tunnel. */
  readonly gateway: boolean;
  readonly machines: readonly {
    readonly name: string;
    /** The laptop's kernel leads its network into the tunnel. */
    readonly routed: boolean;
    /** Its PLC gave the laptop its own register. */
    readonly answers: boolean;
    /** Its router has a tunnel: routes in its kernel, and an open connection to the portal. */
    readonly router: boolean;
  }[];
  /** Somebody on the internet gets an answer from the portal. */
  readonly portal: boolean;
}

/** What is said. Null: that one cannot be asked, because its computer sleeps or has no power. */
export interface Told {
  /** What `anslut status` said when it was asked, and what the agent told last unasked. */
  readonly cli: AgentState | null;
  readonly agent: AgentState | null;
  /** What the portal shows another person with rights, and the technician. */
  readonly colleague: PageView;
  readonly own: PageView | null;
}

/** Who works: name at the portal and of the computer. */
export interface Worker {
  readonly user: string;
  readonly laptop: string;
}

/** What is told that is not so, in words; none: all of it is true. */
export function untruths(told: Told, seen: Sight, worker: Worker): readonly string[] {
  const { cli, agent, colleague, own } = told;
  return [
    ...(cli === null ? [] : wrongOfState("anslut status", cli, seen)),
    ...(agent === null ? [] : wrongOfState("the agent", agent, seen)),
    ...wrongOfPortal("a colleague's page", colleague, seen, worker),
    ...(own === null || own.signedOut ? [] : wrongOfOwnPage(own, agent ?? cli, seen, worker)),
  ];
}

function wrongOfState(who: string, { session, connections }: AgentState, seen: Sight): readonly string[] {
  const isReady = session.state === "ready";
  const echo = seen.gateway ? "an echo comes through the tunnel" : "no echo comes through the tunnel";
  const wrong = isReady === seen.gateway ? [] : [`${who} says ${session.state}, and ${echo}`];
  for (const { name, routed, answers } of seen.machines) {
    const state = connections.find((connection) => connection.name === name)?.status.state ?? "none";
    const said = `${who} says of ${name}: ${state}`;
    // With route errors the PLC may be in the network that works.
    const isTold = state === "routeErrors" || (isReady && state === "connected") === answers;
    if (!isTold) wrong.push(`${said}, and its PLC ${answers ? "answers" : "is silent"}`);
    if (["none", "failed", "overlapping"].includes(state) && routed) wrong.push(`${said}, and it is routed`);
    if (isReady && ["connected", "silent"].includes(state) && !routed) wrong.push(`${said}, and it is not routed`);
  }
  return wrong;
}

function wrongOfPortal(who: string, view: PageView, seen: Sight, { user }: Worker): readonly string[] {
  if (view.fresh === null || !seen.portal) {
    const answer = view.fresh === null ? "gets no answer" : "gets answers";
    return (view.fresh !== null) === seen.portal
      ? []
      : [`${who} ${answer}, and the portal ${seen.portal ? "is there" : "is away"}`];
  }
  const wrong = view.shown === null ? [`${who} has no event stream`] : [];
  for (const [kind, machines] of [["anew", view.fresh] as const, ["open", view.shown ?? []] as const]) {
    for (const machine of machines) {
      const site = seen.machines.find(({ name }) => name === machine.name);
      if (site === undefined) continue;
      const says = `${who} (${kind}) says of ${machine.name}`;
      const isPresent = machine.present.includes(user);
      const isConnected = seen.gateway && site.routed;
      if (machine.online !== site.router)
        wrong.push(
          `${says}: ${machine.online ? "online" : "offline"}, and its router has ${site.router ? "a" : "no"} tunnel`,
        );
      if (isPresent !== isConnected)
        wrong.push(
          `${says}: ${user} is ${isPresent ? "" : "not "}there, and ${isConnected ? "is" : "is not"} connected`,
        );
    }
  }
  return wrong;
}

function wrongOfOwnPage(view: PageView, state: AgentState | null, seen: Sight, worker: Worker): readonly string[] {
  const who = "the technician's own page";
  const wrong = [...wrongOfPortal(who, view, seen, worker)];
  if (view.tunnels === null) return wrong;
  const tunnels = view.tunnels.filter(({ laptop }) => laptop === worker.laptop);
  if (tunnels.length !== (seen.gateway ? 1 : 0))
    wrong.push(`${who} lists ${tunnels.length} tunnels, and ${seen.gateway ? "an" : "no"} echo comes through`);
  for (const { machine, name, status, intent } of state?.connections ?? []) {
    const shown = view.states[machine];
    // What was told before this page was opened it does not know.
    if (shown !== undefined && intent !== null && shown !== status.state)
      wrong.push(`${who} says of ${name}: ${shown}, and the agent ${status.state}`);
  }
  return wrong;
}
