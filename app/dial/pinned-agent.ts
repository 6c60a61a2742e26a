import type { Agent as HttpAgent } from "node:http";
import { Agent } from "node:https";
import type { Duplex } from "node:stream";
import tls from "node:tls";
import { CauseError, failureOf } from "../../contract/causes.ts";
import type { RelayReport, Way } from "../../contract/relay.ts";
import type { PortalTrust } from "./certificate.ts";
import { judge, systemAuthorities } from "./certificate.ts";
import type { HelperProgram } from "./helper-program.ts";
import { openRelay } from "./relay-stream.ts";
import { handshake } from "./tls-stream.ts";

/** The portal shows a key that nobody confirmed: a question, carried by the error. */
export class CertificateChangedError extends CauseError {
  readonly known: string;
  readonly shown: string;

  constructor(known: string, shown: string, detail: string) {
    super("certificateChanged", detail);
    this.known = known;
    this.shown = shown;
  }
}

export interface PinnedAgentOptions {
  readonly host: string;
  readonly program: HelperProgram;
  /** Asked for each new connection: pins and ways change. */
  readonly trust: () => PortalTrust;
  readonly ways: () => Promise<readonly Way[]>;
  readonly onReport?: (ways: readonly Way[], report: RelayReport) => void;
  /** Called with the key of every connection that was good, so that an announced next one becomes the current. */
  readonly onTrusted?: (pin: string) => void;
}

const keptMs = 14 * 60_000;

type Connected = (error: Error | null, stream: Duplex) => void;

/** An HTTPS agent whose connections run over the relay and carry nothing before the portal proved who it is. */
export class PinnedAgent extends Agent {
  readonly #options: PinnedAgentOptions;
  readonly #contexts = new Map<string, tls.SecureContext>();
  /** Connections that were given away as they are. */
  readonly #given = new Set<tls.TLSSocket>();
  #isClosed = false;

  constructor(options: PinnedAgentOptions) {
    // An idle connection costs a relay process, a new one three round trips of somebody who waits: one is kept. A little
    // shorter than the portal does (portal/web/server.ts), so that it is not closed under a request.
    super({ keepAlive: true, maxFreeSockets: 1, timeout: keptMs, scheduling: "lifo" });
    this.#options = options;
  }

  /** Ends all connections for good: one that is just being made would otherwise be kept by nobody, and its relay with it. */
  close(): void {
    this.#isClosed = true;
    this.destroy();
  }

  override destroy(): void {
    super.destroy();
    for (const socket of this.#given) socket.destroy();
  }

  /** A connection of its own, judged like every other, for whoever speaks HTTP by themselves. Ends with the others. */
  async openSocket(): Promise<tls.TLSSocket> {
    const socket = await this.#open();
    this.#given.add(socket);
    socket.on("close", () => this.#given.delete(socket));
    return socket;
  }

  override createConnection(...[, connected]: Parameters<HttpAgent["createConnection"]>): undefined {
    const done = connected as unknown as Connected;
    this.#open().then(
      (socket) => done(null, socket),
      // The stream is not looked at where there is an error (lib/_http_agent.js, oncreate).
      (error: unknown) =>
        done(error instanceof Error ? error : new CauseError("internal", String(error)), null as never),
    );
  }

  async #open(): Promise<tls.TLSSocket> {
    const { host, program, onReport } = this.#options;
    const ways = await this.#options.ways();
    const stream = openRelay({ program, ways, onReport: (report) => onReport?.(ways, report) });
    const trust = this.#options.trust();
    const { socket, shown } = await handshake(stream, host, this.#contextFor(trust));
    const verdict = judge(shown, trust);
    if (!verdict.trusted) {
      socket.destroy();
      stream.destroy();
      throw verdict.cause === "certificateChanged"
        ? new CertificateChangedError(trust.pins.current, verdict.shownPin, verdict.detail)
        : new CauseError(verdict.cause, verdict.detail);
    }
    if (this.#isClosed) {
      socket.destroy();
      stream.destroy();
      throw new CauseError("cancelled");
    }
    this.#options.onTrusted?.(verdict.pin);
    socket.on("close", () => stream.destroy());
    return socket;
  }

  // Reading some hundred authorities takes 10–20 ms: once per portal, not per connection.
  #contextFor(trust: PortalTrust): tls.SecureContext {
    const key = trust.authority?.fingerprint ?? "";
    let context = this.#contexts.get(key);
    if (context === undefined) {
      context = secureContext(trust.authority?.pem ?? null);
      this.#contexts.set(key, context);
    }
    return context;
  }
}

/** A context that trusts the system's authorities and, where there is one, the portal's own. Throws `certificateUntrusted` when that is no certificate. */
export function secureContext(authorityPem: string | null): tls.SecureContext {
  const ca = authorityPem === null ? [...systemAuthorities()] : [...systemAuthorities(), authorityPem];
  try {
    return tls.createSecureContext({ ca, minVersion: "TLSv1.2" });
  } catch (error) {
    throw new CauseError("certificateUntrusted", failureOf(error).detail);
  }
}
