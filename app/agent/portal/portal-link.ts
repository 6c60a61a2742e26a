import type { Duplex } from "node:stream";
import type { PortalTrust } from "../../dial/certificate.ts";
import type { HelperProgram } from "../../dial/helper-program.ts";
import { PinnedAgent } from "../../dial/pinned-agent.ts";
import { PortalClient } from "../../dial/portal-client.ts";
import type { KeptFile } from "../files/kept-file.ts";
import type { KnownPortal, Settings } from "../settings/settings.ts";
import type { WayPlanner } from "../ways/way-planner.ts";

export interface PortalLinkOptions {
  readonly portal: KnownPortal;
  readonly settings: KeptFile<Settings>;
  readonly program: HelperProgram;
  readonly planner: WayPlanner;
}

const warmMs = 20_000;

type Pins = PortalTrust["pins"];

/** The agent's connection to one portal. The session token lives here, in memory, and nowhere else. */
export class PortalLink {
  readonly host: string;
  readonly port: number;
  readonly client: PortalClient;
  readonly #settings: KeptFile<Settings>;
  readonly #agent: PinnedAgent;
  #token: string | null = null;
  #seenPin: string | null = null;

  constructor({ portal, settings, program, planner }: PortalLinkOptions) {
    this.host = portal.host;
    this.port = portal.port;
    this.#settings = settings;
    this.#agent = new PinnedAgent({
      host: portal.host,
      program,
      trust: () => {
        const { authority, pins } = findPortal(settings.value, portal.host) ?? portal;
        return { authority, pins };
      },
      ways: () => planner.https(portal),
      onReport: (ways, report) => planner.listen(portal, ways, report),
      onTrusted: (pin) => this.#trusted(pin),
    });
    this.client = new PortalClient({ host: this.host, port: this.port, agent: this.#agent }, () => this.#token);
  }

  get hasSession(): boolean {
    return this.#token !== null;
  }

  /** Opens a connection that the next request finds ready. Never rejects. */
  async warm(): Promise<void> {
    if (!this.hasSession) return;
    await this.client.about(AbortSignal.timeout(warmMs)).catch(() => undefined); // whoever needs it will hear why not
  }

  /** Takes the session token over; null forgets it. */
  setToken(token: string | null): void {
    this.#token = token;
  }

  /** Keeps the pins that the portal announces, as long as the key it shows right now is among them. */
  async announced(pins: Pins): Promise<void> {
    if (this.#seenPin !== null && this.#seenPin !== pins.current && this.#seenPin !== pins.next) return;
    await this.#keepPins(pins);
  }

  /** A connection to the portal for somebody else's HTTP. Throws what kept us from it; ends with the session. */
  openStream(): Promise<Duplex> {
    return this.#agent.openSocket();
  }

  /** The portal as a browser names it. */
  get origin(): string {
    const host = this.host.includes(":") ? `[${this.host}]` : this.host;
    return `https://${host}${this.port === 443 ? "" : `:${this.port}`}`;
  }

  /** What must not get out, for whoever makes sure of that. */
  get secrets(): readonly string[] {
    return this.#token === null ? [] : [this.#token];
  }

  /** The person accepts a key that was shown. */
  async accept(pin: string): Promise<void> {
    await this.#keepPins({ current: pin, next: null });
  }

  /** Ends all connections, so that the next call finds its way anew: they may have died with the network they were made in. */
  dropConnections(): void {
    this.#agent.destroy();
  }

  close(): void {
    this.#token = null;
    this.#agent.close();
  }

  #trusted(pin: string): void {
    this.#seenPin = pin;
    const pins = findPortal(this.#settings.value, this.host)?.pins;
    if (pins && pins.next === pin) void this.#keepPins({ current: pin, next: null }).catch(() => undefined);
  }

  async #keepPins(pins: Pins): Promise<void> {
    const known = findPortal(this.#settings.value, this.host)?.pins;
    if (known?.current === pins.current && known.next === pins.next) return;
    await this.#settings.change((settings) => ({
      ...settings,
      portals: settings.portals.map((portal) => (portal.host === this.host ? { ...portal, pins } : portal)),
    }));
  }
}

export function findPortal(settings: Settings, host: string): KnownPortal | undefined {
  return settings.portals.find((portal) => portal.host === host);
}
