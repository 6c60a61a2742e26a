import { randomBytes } from "node:crypto";

/** Words that open something once: whoever knows one was given it by us. */
export class Tokens {
  readonly #open = new Set<string>();

  make(): string {
    const token = randomBytes(24).toString("base64url");
    this.#open.add(token);
    return token;
  }

  /** Whether it was good; it is not any more. */
  spend(token: string): boolean {
    return this.#open.delete(token);
  }
}
