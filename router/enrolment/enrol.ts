import { access } from "node:fs/promises";
import type { PortalTrust } from "../../app/dial/certificate.ts";
import type { HelperProgram } from "../../app/dial/helper-program.ts";
import { inspectPortal } from "../../app/dial/inspect.ts";
import {
  CredentialStore,
  type Credentials,
  credentialsPath,
  isCode,
  saveCredentials,
} from "../credentials/credentials.ts";
import { renewed } from "../credentials/rotation.ts";
import { openPortal, type PortalAddress, portalWays } from "../portal.ts";
import { RouterProblem } from "../problem.ts";
import type { Devices } from "./device-choice.ts";
import { newRouterKey, proveKey } from "./router-key.ts";

export interface EnrolOptions {
  readonly address: PortalAddress;
  /** SHA-256 of the portal's authority, from whoever runs the portal. */
  readonly fingerprint: string;
  readonly serial: string;
  readonly token: string;
  readonly devices: Devices;
  readonly program: HelperProgram;
  readonly directory: string;
}

/**
 * Makes this box a router of a portal. The token goes only to a portal whose chain ends in the authority with the given
 * fingerprint. Throws RouterProblem for what is wrong here, CauseError for what the portal or the way to it says.
 */
export async function enrol(options: EnrolOptions): Promise<Credentials> {
  const { address, serial, token, devices, program, directory } = options;
  const path = credentialsPath(directory);
  const trust = await identifyPortal(options);
  await requireWritable(directory);
  const { privateKey, publicKey } = newRouterKey();
  const portal = openPortal({ address, program, trust: () => trust, rememberedWay: () => null });
  try {
    const answer = await portal.enrol({ serial, token, publicKey, proof: proveKey(token, privateKey) });
    const credentials: Credentials = {
      format: "anslut-router 1",
      portal: address,
      authority: trust.authority,
      pins: answer.pins,
      serial,
      machine: answer.machine,
      privateKey,
      certificate: renewed(answer.certificate, privateKey),
      password: answer.password,
      formerPassword: null,
      lan: devices.lan,
      wan: devices.wan,
      way: null,
    };
    await saveCredentials(path, credentials);
    return credentials;
  } finally {
    portal.close();
  }
}

/** Throws RouterProblem `alreadyEnrolled` where there are good credentials. Damaged ones are no reason to stop. */
export async function refuseSecondEnrolment(directory: string): Promise<void> {
  const store = await CredentialStore.open(directory).catch((error: unknown) => {
    if (error instanceof RouterProblem && error.key !== "credentialsUnreadable") return null;
    throw error;
  });
  if (store !== null) throw new RouterProblem("alreadyEnrolled", { portal: store.current.portal.host });
}

type Identified = PortalTrust & { readonly authority: NonNullable<PortalTrust["authority"]> };

async function identifyPortal({ address, fingerprint, program }: EnrolOptions): Promise<Identified> {
  const { host, port } = address;
  const { authority, pin } = await inspectPortal({ host, port, program, ways: portalWays(address, null) });
  if (authority === null) throw new RouterProblem("authorityMissing", { portal: host });
  if (authority.fingerprint !== fingerprint)
    throw new RouterProblem("authorityDiffers", { shown: authority.fingerprint });
  return { authority, pins: { current: pin, next: null } };
}

// A token works once: find out before it is spent whether its fruit can be kept.
async function requireWritable(directory: string): Promise<void> {
  try {
    await access(directory, 2);
  } catch (error) {
    const detail = isCode(error, "ENOENT") ? "ENOENT" : "EACCES";
    throw new RouterProblem("diskFault", { path: directory, detail });
  }
}
