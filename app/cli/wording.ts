import type { MachineNetwork } from "../../contract/portal.ts";
import type { AgentState, Connection, Endpoint, Session } from "../../contract/state.ts";
import type { Known, Texts } from "./texts.ts";
import { causeTexts } from "./texts.ts";

/** States of the contract in words. */

/** `portal.example:443 via proxy.office:3128`. */
export function endpointText(endpoint: Endpoint, texts: Texts): string {
  const host = endpoint.host.includes(":") ? `[${endpoint.host}]` : endpoint.host;
  const way = `${host}:${endpoint.port}`;
  const through = endpoint.proxy === null ? way : texts.say("cli.endpoint.proxy", { way, proxy: endpoint.proxy });
  return endpoint.wrapped ? texts.say("cli.endpoint.wrapped", { way: through }) : through;
}

/** The session in a few words, with the question or the reason where there is one. */
export function sessionText(session: Session, texts: Texts, known: Known): string {
  const word = texts.say(`states.session.${session.state}`);
  switch (session.state) {
    case "asking":
      return `${word}: ${texts.say(`states.question.${session.question.about}`)}`;
    case "suspended":
      return `${word}: ${texts.say(`states.suspended.${session.why}`)}`;
    case "failed":
      return `${word}: ${causeTexts(texts, session.failure.cause, known).headline}`;
    case "reconnecting":
      // That it broke is in the word already.
      return session.why.cause === "tunnelLost"
        ? word
        : `${word}: ${causeTexts(texts, session.why.cause, known).headline}`;
    default:
      return word;
  }
}

/** A connection's status in a few words. */
export function connectionText(connection: Connection, texts: Texts): string {
  const { status } = connection;
  switch (status.state) {
    case "silent":
      return status.who === "router"
        ? texts.say("states.machine.silentRouter")
        : texts.say("states.machine.silentDevices", { devices: status.devices.join(", ") });
    case "overlapping":
      return texts.say("states.machine.overlapping", { other: overlappedText(status) });
    case "failed":
      return `${texts.say("states.machine.failed")}: ${causeTexts(texts, status.failure.cause, { machine: connection.name }).headline}`;
    default:
      return texts.say(`states.machine.${status.state}`);
  }
}

/** `192.168.0.0/24 (eth0)`: what a machine's network collides with. */
export function overlappedText(status: Connection["status"] & { readonly state: "overlapping" }): string {
  const name = status.other ?? status.adapter;
  return name === null ? status.local : `${status.local} (${name})`;
}

/** A machine's network with the stand-in it is reached by, and what of it is granted. */
export function networkTexts(network: MachineNetwork, texts: Texts): readonly [string, string, string] {
  const standIn = network.standIn === null ? "" : texts.say("cli.network.standIn", { network: network.standIn });
  const only = network.only?.map(({ destination, protocol, ports }) => {
    const range = ports === null ? "" : ports[0] === ports[1] ? ` ${ports[0]}` : ` ${ports[0]}–${ports[1]}`;
    return `${destination.replace(/\/32$/, "")} ${protocol}${range}`;
  });
  const granted = only === undefined ? "" : only.length === 0 ? texts.say("cli.network.nothing") : only.join(", ");
  return [network.network, standIn, granted === "" ? "" : texts.say("cli.network.only", { granted })];
}

/** Whether a tunnel stands or is being made: what a `dial` need not be asked for. */
export function isOnTheWay(state: AgentState): boolean {
  return ["dialling", "securing", "addressing", "ready"].includes(state.session.state);
}
