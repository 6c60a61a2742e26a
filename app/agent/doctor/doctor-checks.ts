import { lookup } from "node:dns/promises";
import type { Check } from "../../../contract/agent.ts";
import type { Cause } from "../../../contract/causes.ts";
import { CauseError, failureOf } from "../../../contract/causes.ts";
import type { Way } from "../../../contract/relay.ts";
import type { AgentState } from "../../../contract/state.ts";
import type { HelperAnswer } from "../../dial/helper-client.ts";
import type { HelperProgram } from "../../dial/helper-program.ts";
import type { Inspection } from "../../dial/inspect.ts";
import { inspectPortal } from "../../dial/inspect.ts";
import type { HelperLink } from "../tunnel/helper-link.ts";

/** The doctor's single examinations. Each ends in a check, whatever happens. */

export type Found = Omit<Check, "elapsedMs">;

/** Runs an examination and notes how long it took. What it throws is what is bad. */
export async function timed(check: Check["check"], subject: string, examine: () => Promise<Found>): Promise<Check> {
  const startMs = performance.now();
  const found = await examine().catch((error: unknown): Found => {
    const { cause, detail } = failureOf(error);
    return { check, subject, outcome: "bad", cause, detail };
  });
  return { ...found, subject: found.subject.slice(0, 300), elapsedMs: Math.round(performance.now() - startMs) };
}

export function checkHelper(helper: HelperLink, signal: AbortSignal): Promise<Check> {
  return timed("helper", "anslut-helper", async () => {
    const diagnosis = await helper.ask({ type: "diagnose" }, AbortSignal.any([signal, AbortSignal.timeout(10_000)]));
    const { version, openvpn, leftovers } = diagnosis;
    const cause = helperFault(diagnosis);
    const detail = `${version}, ${openvpn ?? "no OpenVPN"}, ${leftovers} leftovers, ${diagnosis.policy?.detail ?? "no policy"}`;
    return { check: "helper", subject: "anslut-helper", outcome: cause === null ? "good" : "bad", cause, detail };
  });
}

function helperFault(diagnosis: HelperAnswer<{ readonly type: "diagnose" }>): Cause | null {
  if (diagnosis.openvpn === null) return "openvpnMissing";
  if (!diagnosis.tunDevice || !diagnosis.vpnUser) return "adapterFailed";
  return diagnosis.policy !== null && !diagnosis.policy.valid ? "policyForbids" : null;
}

/** The name server of this network; behind a proxy it need not know the portal. */
export function checkName(host: string, behindProxy: boolean): Promise<Check> {
  return timed("name", host, async () => {
    try {
      const addresses = await lookup(host, { all: true });
      const detail = addresses.map(({ address }) => address).join(", ");
      return { check: "name", subject: host, outcome: "good", cause: null, detail };
    } catch (error) {
      const outcome = behindProxy ? "unknown" : "bad";
      return { check: "name", subject: host, outcome, cause: "nameNotFound", detail: failureOf(error).detail };
    }
  });
}

/** What one way showed, for the checks that need more than whether it is open. */
export interface Looked {
  readonly check: Check;
  readonly way: Way;
  readonly seen: Inspection | null;
}

const lookTimeoutMs = 8000;

/** Goes one single way with real TLS and asks the portal who it is. */
export async function lookAlong(
  way: Way,
  options: {
    readonly host: string;
    readonly port: number;
    readonly program: HelperProgram;
    readonly signal: AbortSignal;
    /** Where the proxies come from: manual, environment, PAC. */
    readonly setting: string;
  },
): Promise<Looked> {
  let seen: Inspection | null = null;
  const subject = `${way.host}:${way.port}${way.proxy ? ` via ${way.proxy.host}:${way.proxy.port}` : ""}`;
  const kind = way.proxy ? "proxy" : "port";
  let outcome = "";
  const check = await timed(kind, subject, async () => {
    const { host, port, program, signal } = options;
    try {
      seen = await inspectPortal({
        host,
        port,
        program,
        ways: [way],
        timeoutMs: lookTimeoutMs,
        signal,
        onReport: (report) => {
          if (report.type === "attempt") outcome = report.attempt.outcome;
        },
      });
    } catch (error) {
      const failure = failureOf(error);
      throw new CauseError(failure.cause, outcome === "" ? failure.detail : `${outcome}: ${failure.detail}`);
    }
    if (seen.about instanceof CauseError) throw seen.about;
    return {
      check: kind,
      subject,
      outcome: "good",
      cause: null,
      detail: `${seen.about.product} ${seen.about.version}`,
    };
  });
  return { check, way, seen };
}

export function checkTunnel(state: AgentState): Check {
  const { session, tunnel } = state;
  const elapsedMs = tunnel?.roundTripMs ?? 0;
  const subject = tunnel ? `${tunnel.slice.address} → ${tunnel.slice.gateway}` : "-";
  const base = { check: "tunnel", subject, elapsedMs, detail: session.state } as const;
  if (session.state === "ready") return { ...base, outcome: "good", cause: null };
  if (session.state === "failed") return { ...base, outcome: "bad", cause: session.failure.cause };
  if (session.state === "reconnecting") return { ...base, outcome: "bad", cause: session.why.cause };
  return { ...base, outcome: "unknown", cause: null };
}
