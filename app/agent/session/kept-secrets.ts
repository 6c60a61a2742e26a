import type { Static } from "typebox";
import { Type } from "typebox";
import { closed, decoder } from "../../../contract/decoder.ts";
import { text } from "../../../contract/values.ts";
import type { KeptFile } from "../files/kept-file.ts";
import type { Secrets } from "./secrets.ts";

/** What lies in the keyring, by name: keyrings cannot be asked for that in one way on all systems. No secret. */
const KeyringNames = closed({ version: Type.Literal(1), names: Type.Array(text(400), { maxItems: 1000 }) });
export type KeyringNames = Static<typeof KeyringNames>;
export const decodeKeyringNames = decoder("keyring", KeyringNames);
export const noKeyringNames: KeyringNames = { version: 1, names: [] };

export interface KeptSecretsOptions {
  readonly secrets: Secrets;
  readonly names: KeptFile<KeyringNames>;
  /** Whether the person and the policy want anything kept. */
  readonly mayKeep: () => boolean;
}

/** The keyring as far as it may be used. Knows what it holds, so that all of it can be forgotten. */
export class KeptSecrets implements Secrets {
  readonly #options: KeptSecretsOptions;

  constructor(options: KeptSecretsOptions) {
    this.#options = options;
  }

  get mayKeep(): boolean {
    return this.#options.mayKeep();
  }

  available(): Promise<boolean> {
    return this.#options.secrets.available();
  }

  async read(name: string): Promise<string | null> {
    return this.mayKeep ? await this.#options.secrets.read(name) : null;
  }

  async keep(name: string, secret: string): Promise<boolean> {
    if (!this.mayKeep) return false;
    // The name first: a crash in between must not leave a secret that nobody knows of.
    await this.#change((names) => [...names.filter((known) => known !== name), name]);
    return await this.#options.secrets.keep(name, secret);
  }

  async forget(name: string): Promise<void> {
    await this.#options.secrets.forget(name);
    if (this.#options.names.value.names.includes(name)) {
      await this.#change((names) => names.filter((known) => known !== name));
    }
  }

  /** Takes everything of ours out of the keyring. */
  async forgetAll(): Promise<void> {
    for (const name of this.#options.names.value.names) await this.forget(name);
  }

  /** All that is kept now, for whoever must make sure that none of it gets out. */
  async all(): Promise<readonly string[]> {
    const { names, secrets } = this.#options;
    const kept = await Promise.all(names.value.names.map((name) => secrets.read(name)));
    return kept.filter((secret) => secret !== null);
  }

  async #change(edit: (names: readonly string[]) => readonly string[]): Promise<void> {
    const { names } = this.#options;
    await names.change((value) => ({ ...value, names: [...edit(value.names)] })).catch(() => undefined);
  }
}
