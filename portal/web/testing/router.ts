import { createSign, generateKeyPairSync } from "node:crypto";
import { decodeEnrolled } from "../../../contract/portal.ts";
import type { Ticket } from "../../../contract/ticket.ts";
import { inviteRouter } from "../store/enrolments.ts";
import type { Machine } from "../store/machines.ts";
import { fingerprintOf } from "../store/pins.ts";
import { TestClient } from "./client.ts";
import { askRouterTicket, dial } from "./dial.ts";
import type { FramePeer } from "./frames.ts";
import type { TestPortal } from "./portal.ts";

/** The body with which a router enrols, with a key of its own. */
export function enrolment(serial: string, token: string) {
  const { privateKey, publicKey } = generateKeyPairSync("ec", { namedCurve: "P-256" });
  const proof = createSign("sha256").update(token).sign(privateKey, "base64");
  return { serial, token, proof, publicKey: publicKey.export({ type: "spki", format: "pem" }).toString() };
}

/** A machine's router: enrolled, and through. */
export async function enrolledRouter(portal: TestPortal, front: FramePeer, machine: Machine) {
  const { token } = await inviteRouter(portal.admin, "Nordwerk", machine.name);
  const { body } = await new TestClient(portal).post("/enrolments", enrolment(machine.serial ?? "", token));
  const { certificate, password } = decodeEnrolled(body);
  let next = password;
  const dialAgain = async (): Promise<Ticket> => {
    const client = new TestClient(portal, { authorization: `Bearer ${next}` });
    const answer = await askRouterTicket(client);
    next = answer.password;
    await dial(portal, front, answer.ticket, { kind: "router", certificate: fingerprintOf(certificate) });
    return answer.ticket;
  };
  portal.exchange.say({ type: "routersListening", account: machine.account_id, address: "169.254.65.1", port: 20_000 });
  return { certificate, ticket: await dialAgain(), dialAgain };
}
