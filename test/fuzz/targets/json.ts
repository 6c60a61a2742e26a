import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { TSchema } from "typebox";
import { decodeAgentMessage, decodeAgentRequest, decodeFaceHello, decodeFaceProof } from "../../../contract/agent.ts";
import { ContractError, decoder } from "../../../contract/decoder.ts";
import { decodeExchangeMessage, decodeExchangeRequest } from "../../../contract/exchange.ts";
import { encodeFrame, FrameReader } from "../../../contract/frame.ts";
import { decodeFrontMessage, decodeWebToFront } from "../../../contract/front.ts";
import { decodeHelperMessage } from "../../../contract/helper.ts";
import * as portal from "../../../contract/portal.ts";
import { decodeRelayReport } from "../../../contract/relay.ts";
import { decodeTicket, decodeTicketMetadata } from "../../../contract/ticket.ts";
import type { Draw } from "../mutation.ts";
import { attempt, expectHolds, expectSame, pieces, type Target } from "../target.ts";

type Decode = (value: unknown) => unknown;

const words = [
  ...['"', "\\u0000", "\\n", "{", "}", "[", "]", ",", ":", "null", "true", "1e999", "-1", "9007199254740993", "0.5"],
  ...['"__proto__":{},', '"type":"hello",', '"id":1,', "0.0.0.0/0", "../", "constructor", "\u00ff", "\\ud800"],
];

function bodyOf(schema: TSchema): Decode {
  return decoder("portal", schema);
}

/** What browsers, agents and routers send to web. */
const bodies: readonly Decode[] = [
  ...[portal.Login, portal.LoginCode, portal.LoginDevice, portal.TicketRequest, portal.ConnectRequest],
  ...[portal.DisconnectRequest, portal.IntentState, portal.Enrolment, portal.RouterTicketRequest, portal.MachineQuery],
].map(bodyOf);

/** What a hostile portal, helper or relay could answer to the agent. */
const answers: readonly Decode[] = [
  ...[
    portal.decodeAbout,
    portal.decodeLoginAnswer,
    portal.decodeMachinePage,
    portal.decodeOwnMachinePage,
    portal.decodeIntent,
    portal.decodePortalEvent,
  ],
  ...[portal.decodeHistoryPage, portal.decodeRouterTicket, decodeTicket, decodeHelperMessage, decodeRelayReport],
];

export const jsonTargets: readonly Target[] = [
  framed("exchange: requests", ["exchange"], [decodeExchangeRequest, decodeExchangeMessage]),
  framed("front: messages", ["front", "ticket"], [decodeFrontMessage, decodeWebToFront, decodeTicketMetadata]),
  framed("web: request bodies", ["portal"], bodies),
  framed("agent: answers", ["portal", "ticket", "helper", "relay"], answers),
  framed("agent: faces", ["agent"], [decodeFaceHello, decodeFaceProof, decodeAgentRequest, decodeAgentMessage]),
];

/** A wire of frames with JSON: cut anywhere it says the same, and what is taken once is taken again. */
function framed(name: string, fixtures: readonly string[], decoders: readonly Decode[]): Target {
  return {
    name,
    words,
    seeds: () => fixtures.flatMap(fixtureFrames),
    check: (input, draw) => {
      checkCuts(input, draw);
      const messages = attempt(() => new FrameReader().push(input), ContractError)?.value ?? [];
      for (const message of messages) {
        for (const decode of decoders) {
          const decoded = attempt(() => decode(message), ContractError);
          if (decoded === undefined) continue;
          expectHolds(Object.getPrototypeOf(decoded.value) === Object.prototype, "the value has another prototype");
          const again = attempt(() => decode(JSON.parse(JSON.stringify(decoded.value))), ContractError);
          expectHolds(again !== undefined, "what was taken once is refused when written again");
        }
      }
    },
  };
}

function checkCuts(input: Buffer, draw: Draw): void {
  const whole = attempt(() => new FrameReader().push(input), ContractError);
  if (whole === undefined) return;
  const reader = new FrameReader();
  const cut = attempt(() => pieces(input, draw).flatMap((piece) => reader.push(piece)), ContractError);
  expectSame(cut?.value, whole.value, "another cut, other messages");
}

function fixtureFrames(name: string): readonly Buffer[] {
  const path = join(import.meta.dirname, "../../../contract/fixtures", `${name}.json`);
  const fixtures = JSON.parse(readFileSync(path, "utf8")) as readonly { readonly value: unknown }[];
  return fixtures.map(({ value }) => Buffer.from(encodeFrame(value)));
}
