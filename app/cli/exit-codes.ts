import type { Cause } from "../../contract/causes.ts";

/** What `anslut` exits with. Scripts rely on these numbers: they never change, new ones may come. */
export const exitCodes = {
  ok: 0,
  other: 1,
  usage: 2,
  signIn: 3,
  noWay: 4,
  thisComputer: 5,
  tunnel: 6,
  machine: 7,
  busy: 8,
  cancelled: 130,
} as const;

export type ExitName = keyof typeof exitCodes;
export type ExitCode = (typeof exitCodes)[ExitName];

/** Which exit code a cause ends a command with. */
export const exitNames: Readonly<Record<Cause, Exclude<ExitName, "ok">>> = {
  credentialsRefused: "signIn",
  codeRefused: "signIn",
  loginExpired: "signIn",
  signedOut: "signIn",
  weakPassword: "signIn",
  tooManyAttempts: "signIn",
  enrolmentRefused: "signIn",

  nameNotFound: "noWay",
  noWay: "noWay",
  proxyUnreachable: "noWay",
  proxyAuthRequired: "noWay",
  proxyAuthRefused: "noWay",
  proxyForbids: "noWay",
  proxySettingInvalid: "noWay",
  certificateUntrusted: "noWay",
  certificateChanged: "noWay",
  tlsInspected: "noWay",
  clockWrong: "noWay",
  notAPortal: "noWay",
  portalFault: "noWay",

  helperMissing: "thisComputer",
  helperUntrusted: "thisComputer",
  helperMismatch: "thisComputer",
  policyForbids: "thisComputer",
  openvpnMissing: "thisComputer",
  openvpnDied: "thisComputer",
  adapterFailed: "thisComputer",
  agentMissing: "thisComputer",
  keyringMissing: "thisComputer",
  diskFault: "thisComputer",

  ticketRefused: "tunnel",
  serverUntrusted: "tunnel",
  tunnelLost: "tunnel",
  tunnelReplaced: "tunnel",
  revoked: "tunnel",
  noLease: "tunnel",
  leaseOutside: "tunnel",
  accountOverlap: "tunnel",
  echoSilent: "tunnel",
  dialFirst: "tunnel",
  severalTunnels: "tunnel",

  machineUnknown: "machine",
  machineOffline: "machine",
  networkUnknown: "machine",
  rightsMissing: "machine",
  forbidden: "machine",
  overlap: "machine",
  standInRefused: "machine",
  routeRefused: "machine",
  routeFailed: "machine",
  routerSilent: "machine",
  devicesSilent: "machine",

  busy: "busy",
  cancelled: "cancelled",
  badRequest: "usage",

  unknownRequest: "other",
  notFound: "other",
  nameTaken: "other",
  internal: "other",
};

/** The exit code of a cause. */
export function exitCodeOf(cause: Cause): ExitCode {
  return exitCodes[exitNames[cause]];
}
