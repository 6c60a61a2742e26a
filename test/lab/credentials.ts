import { randomBytes, randomInt } from "node:crypto";
import { machines } from "./topology.ts";

/** What is drawn anew for every lab, so that nothing can pass by knowing it beforehand. */
export interface Credentials {
  readonly proxy: { readonly user: string; readonly password: string };
  /** By machine: the first register of its PLC, the title of its HMI's page. */
  readonly machines: readonly { readonly number: number; readonly register: number; readonly title: string }[];
  /** Password of the technician's keyring. */
  readonly keyring: string;
}

export function drawCredentials(): Credentials {
  return {
    proxy: { user: `clerk-${hex(2)}`, password: drawPassword() },
    machines: machines.map(({ number }) => ({
      number,
      register: randomInt(1, 65536),
      title: `Machine ${number} · ${hex(4)}`,
    })),
    keyring: hex(8),
  };
}

/** A password with the characters that careless programs trip over, but no colon: Basic cannot carry that in a user. */
export function drawPassword(): string {
  return `${hex(6)}+&% ${hex(2)}`;
}

function hex(bytes: number): string {
  return randomBytes(bytes).toString("hex");
}
