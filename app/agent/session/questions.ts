import { CauseError } from "../../../contract/causes.ts";
import type { Question } from "../../../contract/state.ts";
import { CertificateChangedError } from "../../dial/pinned-agent.ts";
import type { PolicyRead } from "../settings/policy.ts";
import type { Proxies } from "../ways/proxies.ts";

/** Whether people may accept a changed certificate. A policy that cannot be read forbids it: it might. */
export function mayAcceptCertificate(read: PolicyRead): boolean {
  return read.state === "none" || (read.state === "valid" && read.policy.portals.acceptChangedCertificate);
}

/** The question that a failure comes down to; undefined: it is not one that the person could answer. */
export function questionOf(
  error: unknown,
  context: { readonly host: string; readonly proxies: Proxies; readonly policy: PolicyRead },
): Question | undefined {
  if (error instanceof CertificateChangedError) {
    const { known, shown } = error;
    const mayAccept = mayAcceptCertificate(context.policy);
    return { about: "certificateChanged", host: context.host, known, shown, mayAccept };
  }
  if (!(error instanceof CauseError)) return undefined;
  if (error.cause !== "proxyAuthRequired" && error.cause !== "proxyAuthRefused") return undefined;
  const { complaint } = context.proxies;
  if (complaint === null) return undefined;
  return { about: "proxyPassword", host: complaint.host, port: complaint.port, refused: complaint.refused };
}
