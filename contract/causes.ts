/**
 * Why something did not work: the closed list. Each cause has a headline and an advice in every language
 * (`resources/locales`, `causes.<cause>`), an exit code in the CLI, and is what people quote to support.
 */
export const causes = [
  // signing in
  "credentialsRefused", // wrong account, user or password, or locked: deliberately one and the same
  "codeRefused",
  "loginExpired",
  "signedOut",
  "weakPassword",
  // the way to the portal
  "nameNotFound",
  "noWay",
  "proxyUnreachable",
  "proxyAuthRequired",
  "proxyAuthRefused",
  "proxyForbids",
  "proxySettingInvalid",
  "certificateUntrusted",
  "certificateChanged",
  "tlsInspected",
  "clockWrong",
  "notAPortal",
  "portalFault",
  // helper and laptop
  "helperMissing",
  "helperUntrusted",
  "helperMismatch",
  "busy",
  "policyForbids",
  "openvpnMissing",
  "openvpnDied",
  "adapterFailed",
  // tunnel
  "ticketRefused",
  "serverUntrusted",
  "tunnelLost",
  "tunnelReplaced",
  "revoked",
  "noLease",
  "leaseOutside",
  "accountOverlap",
  "echoSilent",
  // machines
  "dialFirst",
  "severalTunnels",
  "machineUnknown",
  "machineOffline",
  "networkUnknown",
  "rightsMissing",
  "overlap",
  "standInRefused",
  "routeRefused",
  "routeFailed",
  "routerSilent",
  "devicesSilent",
  // anywhere
  "badRequest",
  "unknownRequest",
  "notFound",
  "nameTaken",
  "forbidden",
  "tooManyAttempts",
  "enrolmentRefused",
  "agentMissing",
  "keyringMissing",
  "diskFault",
  "cancelled",
  "internal",
] as const;

export type Cause = (typeof causes)[number];

/** A failure as it crosses a wire (contract/failure.ts). */
export interface Failure {
  cause: Cause;
  detail: string;
}

/** A failure inside a program: thrown where it happens, carried over the wire by whoever answers the request. */
export class CauseError extends Error {
  override readonly name = "CauseError";
  override readonly cause: Cause;
  readonly detail: string;

  constructor(cause: Cause, detail = "") {
    super(detail === "" ? cause : `${cause}: ${detail}`);
    this.cause = cause;
    this.detail = detail.slice(0, 2000);
  }
}

/** The failure that a thrown value stands for; what is not ours is `internal`. */
export function failureOf(thrown: unknown): Failure {
  if (thrown instanceof CauseError) return { cause: thrown.cause, detail: thrown.detail };
  return { cause: "internal", detail: String(thrown instanceof Error ? thrown.message : thrown).slice(0, 2000) };
}
