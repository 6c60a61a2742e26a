import { createPrivateKey, X509Certificate } from "node:crypto";
import type { Cause } from "../../contract/causes.ts";
import { CauseError } from "../../contract/causes.ts";
import type { RouterTicket } from "../../contract/portal.ts";
import type { CredentialStore } from "./credentials.ts";

/** Asks the portal for a ticket with one password. Throws CauseError. */
export type AskTicket = (password: string) => Promise<RouterTicket>;

/**
 * A ticket, and with it the next password. The portal holds the old one good until the new one is used, so at every
 * moment one that works is on disk:
 *
 *     before            password P1, former –
 *     answer to P1      password P2, former P1    durable before anybody uses P2
 *     answer to P2      password P3, former P2    P2 has worked: P1 is void
 *
 * A cut between the portal's answer and our disk leaves P1, which was never replaced by use. Where the newest is refused
 * although it is on disk (the portal was restored from a backup), the former one is tried.
 */
export async function rotatingTicket(store: CredentialStore, ask: AskTicket): Promise<RouterTicket> {
  const { password, formerPassword, privateKey, certificate } = store.current;
  const { answer, used } = await askWithEither(password, formerPassword, ask);
  await store.change({
    password: answer.password,
    formerPassword: used,
    pins: answer.pins,
    certificate: answer.certificate === null ? certificate : renewed(answer.certificate, privateKey),
  });
  return answer;
}

/** Whether the portal does not know this router (any more): asking again soon helps nobody. */
export function isRefusal(cause: Cause): boolean {
  return cause === "credentialsRefused" || cause === "signedOut" || cause === "enrolmentRefused";
}

async function askWithEither(
  password: string,
  former: string | null,
  ask: AskTicket,
): Promise<{ readonly answer: RouterTicket; readonly used: string }> {
  try {
    return { answer: await ask(password), used: password };
  } catch (error) {
    if (former === null || !(error instanceof CauseError) || !isRefusal(error.cause)) throw error;
    return { answer: await ask(former), used: former };
  }
}

/** The certificate, if it belongs to our key: another one would end every tunnel until somebody enrols anew. */
export function renewed(certificate: string, privateKey: string): string {
  try {
    if (new X509Certificate(certificate).checkPrivateKey(createPrivateKey(privateKey))) return certificate;
  } catch (error) {
    throw new CauseError("portalFault", `certificate: ${error instanceof Error ? error.message : ""}`);
  }
  throw new CauseError("portalFault", "the certificate belongs to another key");
}
