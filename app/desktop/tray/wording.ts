import type { Connection, Session } from "../../../contract/state.ts";
import type { Texts } from "./texts.ts";

/** States of the contract in words, as the system shows them for us. */

const unnamed = { portal: "none", machine: "none" };

/** `Dialling`, `Failed: The portal …`: the session in one line that begins like a sentence. */
export function sessionLine(session: Session, texts: Texts): string {
  return beginning(sessionWords(session, texts), texts);
}

function sessionWords(session: Session, texts: Texts): string {
  const word = texts.say(`states.session.${session.state}`);
  switch (session.state) {
    case "asking":
      return `${word}: ${texts.say(`states.question.${session.question.about}`)}`;
    case "suspended":
      return `${word}: ${texts.say(`states.suspended.${session.why}`)}`;
    case "failed":
      return `${word}: ${texts.say(`causes.${session.failure.cause}.headline`, unnamed)}`;
    default:
      return word;
  }
}

/** `press-1: connected`. */
export function connectionLine(connection: Connection, texts: Texts): string {
  return `${connection.name}: ${connectionWords(connection, texts)}`;
}

function connectionWords({ status }: Connection, texts: Texts): string {
  switch (status.state) {
    case "silent":
      return status.who === "router"
        ? texts.say("states.machine.silentRouter")
        : texts.say("states.machine.silentDevices", { devices: status.devices.join(", ") });
    case "overlapping":
      return texts.say("states.machine.overlapping", { other: status.other ?? status.adapter ?? status.local });
    default:
      return texts.say(`states.machine.${status.state}`);
  }
}

function beginning(words: string, texts: Texts): string {
  return words.slice(0, 1).toLocaleUpperCase(texts.language) + words.slice(1);
}
