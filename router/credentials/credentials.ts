import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { ContractError, closed, decoder, nullable, oneOf } from "../../contract/decoder.ts";
import { Pins } from "../../contract/portal.ts";
import { Host, Id, Pem, Port, Secret, Sha256, text } from "../../contract/values.ts";
import { RouterProblem } from "../problem.ts";
import { writeDurably } from "./atomic-file.ts";

/** All that a router is and knows of its portal: `/var/lib/anslut-router/credentials.json`, 0600. */
export const Credentials = closed({
  format: oneOf(["anslut-router 1"]),
  portal: closed({ host: Host, port: Port }),
  /** The authority whose fingerprint the person gave at enrolment. */
  authority: closed({ fingerprint: Sha256, pem: Pem }),
  pins: Pins,
  serial: text(64),
  machine: Id,
  /** EC P-256, PKCS #8. Made here; never leaves. */
  privateKey: Pem,
  certificate: Pem,
  /** The newest password, and the one before as long as the newest has not been seen to work (rotation.ts). */
  password: Secret,
  formerPassword: nullable(Secret),
  lan: text(15),
  wan: text(15),
  /** Key of the way that carried the last tunnel (app/core/ways.ts). */
  way: nullable(text(600)),
});
const decodeCredentials = decoder("credentials", Credentials);
export type Credentials = ReturnType<typeof decodeCredentials>;

/** The credentials on disk. `change` is durable before it returns; what it does not name stays. */
export class CredentialStore {
  readonly #path: string;
  #current: Credentials;

  private constructor(path: string, current: Credentials) {
    this.#path = path;
    this.#current = current;
  }

  /** Throws {@link RouterProblem}: not enrolled, unreadable, or damaged. */
  static async open(directory: string): Promise<CredentialStore> {
    const path = credentialsPath(directory);
    const content = await readFile(path, "utf8").catch((error: unknown) => {
      throw isCode(error, "ENOENT")
        ? new RouterProblem("notEnrolled")
        : new RouterProblem("credentialsUnreadable", { path });
    });
    try {
      return new CredentialStore(path, decodeCredentials(JSON.parse(content)));
    } catch (error) {
      // The parser's message would quote the file, and with it a secret.
      const where = error instanceof ContractError ? error.where : "";
      throw new RouterProblem("credentialsDamaged", { path, where });
    }
  }

  get current(): Credentials {
    return this.#current;
  }

  async change(change: Partial<Credentials>): Promise<void> {
    const next = { ...this.#current, ...change };
    await saveCredentials(this.#path, next);
    this.#current = next;
  }
}

export function credentialsPath(directory: string): string {
  return join(directory, "credentials.json");
}

/** Throws {@link RouterProblem} `diskFault`. */
export async function saveCredentials(path: string, credentials: Credentials): Promise<void> {
  try {
    await writeDurably(path, `${JSON.stringify(credentials, null, 2)}\n`);
  } catch (error) {
    throw new RouterProblem("diskFault", { path, detail: error instanceof Error ? error.message : "" });
  }
}

export function isCode(error: unknown, code: string): boolean {
  return error instanceof Error && "code" in error && error.code === code;
}
