import type { X509Certificate } from "node:crypto";
import { Agent } from "node:https";
import { CauseError } from "../../contract/causes.ts";
import { type About, decodeAbout } from "../../contract/portal.ts";
import type { RelayReport, Way } from "../../contract/relay.ts";
import type { Shown } from "./certificate.ts";
import { fingerprintOf, nameOf, pinOf } from "./certificate.ts";
import type { HelperProgram } from "./helper-program.ts";
import { secureContext } from "./pinned-agent.ts";
import { callHttps } from "./pinned-https.ts";
import { openRelay } from "./relay-stream.ts";
import { handshake } from "./tls-stream.ts";

/** What a portal shows to somebody who does not trust it yet. */
export interface Inspection {
  /** Whether this computer's trust store vouches for chain and name. */
  readonly systemTrust: boolean;
  /** What the handshake showed; `fault` is judged by the system's trust store alone. */
  readonly shown: Shown;
  /** The self-signed certificate at the chain's end, if it was sent; the portal's own authority. */
  readonly authority: { readonly fingerprint: string; readonly pem: string } | null;
  readonly authorityName: string;
  readonly pin: string;
  readonly until: string;
  /** What it says of itself; the cause where it is no portal. */
  readonly about: About | CauseError;
}

export interface InspectOptions {
  readonly host: string;
  readonly port: number;
  readonly program: HelperProgram;
  readonly ways: readonly Way[];
  readonly timeoutMs?: number;
  readonly onReport?: (report: RelayReport) => void;
  readonly signal?: AbortSignal;
}

/**
 * Looks at a portal without trusting it: no secret is sent, only `GET /api/v1/about`, which everybody may ask.
 * Throws CauseError for what keeps a TLS connection from coming about.
 */
export async function inspectPortal(options: InspectOptions): Promise<Inspection> {
  const stream = openRelay(options);
  const { socket, shown } = await handshake(stream, options.host, secureContext(null));
  socket.on("close", () => stream.destroy());
  const [leaf] = shown.chain;
  if (leaf === undefined) throw new CauseError("notAPortal", "no certificate");
  const agent = new (class extends Agent {
    override createConnection(): typeof socket {
      return socket;
    }
  })({ keepAlive: false });
  try {
    return {
      systemTrust: shown.fault === null,
      shown,
      authority: authorityOf(shown.chain),
      authorityName: nameOf(shown.chain.at(-1)?.issuer ?? leaf.issuer),
      pin: pinOf(leaf),
      until: new Date(leaf.validTo).toISOString(),
      about: await askAbout(options, agent),
    };
  } finally {
    socket.destroy();
    stream.destroy();
  }
}

async function askAbout(options: InspectOptions, agent: Agent): Promise<Inspection["about"]> {
  try {
    const call = { method: "GET", path: "/api/v1/about", body: null, bearer: null } as const;
    const { host, port, signal, timeoutMs } = options;
    const answer = await callHttps(
      { host, port, agent },
      { ...call, timeoutMs: timeoutMs ?? 20_000, ...(signal ? { signal } : {}) },
    );
    return decodeAbout(answer.value);
  } catch (error) {
    if (error instanceof CauseError) return error;
    return new CauseError("notAPortal", error instanceof Error ? error.message : "");
  }
}

function authorityOf(chain: readonly X509Certificate[]): Inspection["authority"] {
  const top = chain.at(-1);
  return top?.checkIssued(top) ? { fingerprint: fingerprintOf(top), pem: top.toString() } : null;
}
