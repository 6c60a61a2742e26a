import type { Duplex } from "node:stream";
import { CauseError } from "../../../contract/causes.ts";
import { initialPreferences } from "../../../contract/preferences.ts";
import type { AgentState } from "../../../contract/state.ts";
import type { AgentLink } from "./agent-link.ts";
import { PortalGate } from "./portal-gate.ts";
import { lookWords } from "./portal-look.ts";

export interface PortalVisitOptions {
  readonly link: AgentLink;
  /** A stream to the portal on the agent's way (`portalStream`). */
  readonly open: () => Promise<Duplex>;
  /** Milliseconds since 1970. */
  readonly now: () => number;
  /** The person has signed out, or is somebody else now: nothing of the pages may stay. */
  readonly onLeave: () => void;
  /** Language or theme has changed while the pages are there: `words` go behind the `#` of whichever address they have. */
  readonly onLook: (words: string) => void;
}

/** Where the pages are, and what to load; `load` null: they are there and signed in already. */
export interface Entrance {
  readonly gate: PortalGate;
  readonly load: string | null;
}

/**
 * The portal's own pages as one person's visit: begins signed in by a one-time code of the agent's session, ends with that session. The code
 * stands behind the `#` of the address, which no request carries.
 */
export class PortalVisit {
  readonly #options: PortalVisitOptions;
  readonly #leave: () => void;
  #visitor = "null";
  #look: string;
  #gate: PortalGate | undefined;
  #entering: Promise<Entrance> | undefined;

  constructor(options: PortalVisitOptions) {
    this.#options = options;
    this.#look = lookWords(options.link.state?.preferences ?? initialPreferences);
    this.#leave = options.link.follow({
      state: ({ identity, preferences }) => {
        this.#see(identity);
        this.#lookAs(preferences);
      },
    });
  }

  /** How the pages are to look now. */
  get look(): string {
    return this.#look;
  }

  /** Goes in. Throws a `CauseError`: `signedOut`, no agent, or why the portal gives no code. */
  async enter(): Promise<Entrance> {
    // Who comes while somebody is at the door goes in with them: one code is enough.
    if (this.#entering !== undefined) return { gate: (await this.#entering).gate, load: null };
    this.#entering = this.#begin();
    try {
      return await this.#entering;
    } finally {
      this.#entering = undefined;
    }
  }

  async #begin(): Promise<Entrance> {
    const agent = await this.#options.link.reach();
    if (agent.state.identity === null) throw new CauseError("signedOut");
    this.#see(agent.state.identity);
    this.#lookAs(agent.state.preferences);
    if (this.#gate?.isSignedOut === false) return { gate: this.#gate, load: null };
    const visitor = this.#visitor;
    const result = await agent.request({ type: "handOver" });
    if (result.type !== "handOver") throw new CauseError("internal", `handOver was answered with ${result.type}`);
    if (this.#visitor !== visitor) throw new CauseError("signedOut");
    const address = new URL(result.address);
    if (address.protocol !== "https:") throw new CauseError("badRequest", "a portal's address begins with https");
    address.hash = `hand-over=${encodeURIComponent(result.code)}&${this.#look}`;
    this.#gate?.close();
    this.#gate = new PortalGate({ origin: address.origin, open: this.#options.open, now: this.#options.now });
    return { gate: this.#gate, load: address.href };
  }

  /** The address could not be loaded: the next one who enters begins anew. */
  giveUp(): void {
    this.#gate?.close();
    this.#gate = undefined;
  }

  close(): void {
    this.#leave();
    this.#end();
  }

  #see(identity: AgentState["identity"]): void {
    const visitor = JSON.stringify(identity);
    if (visitor === this.#visitor) return;
    this.#visitor = visitor;
    this.#end();
  }

  #lookAs(preferences: AgentState["preferences"]): void {
    const look = lookWords(preferences);
    if (look === this.#look) return;
    this.#look = look;
    if (this.#gate !== undefined) this.#options.onLook(look);
  }

  #end(): void {
    if (this.#gate === undefined) return;
    this.#gate.close();
    this.#gate = undefined;
    this.#options.onLeave();
  }
}
