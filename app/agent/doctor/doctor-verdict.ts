import type { Check, Diagnosis } from "../../../contract/agent.ts";
import type { Cause } from "../../../contract/causes.ts";
import { CauseError } from "../../../contract/causes.ts";
import type { Way } from "../../../contract/relay.ts";
import { judge } from "../../dial/certificate.ts";
import type { KnownPortal } from "../settings/settings.ts";
import type { Looked } from "./doctor-checks.ts";

/** What the doctor's examinations come to. */

const clockToleranceMs = 5 * 60_000;

/** Whether somebody opens our TLS on the way. Known only where a portal's key is. */
export function checkInspection(known: KnownPortal | undefined, looked: readonly Looked[]): Check {
  const seen = looked.flatMap(({ seen: inspection }) => (inspection ? [inspection] : []));
  const base = { check: "inspection", subject: seen[0]?.authorityName ?? "-", elapsedMs: 0 } as const;
  const [first] = seen;
  if (first === undefined) return { ...base, outcome: "unknown", cause: null, detail: "" };
  if (known === undefined) {
    return { ...base, outcome: first.systemTrust ? "good" : "unknown", cause: null, detail: "not added yet" };
  }
  for (const inspection of seen) {
    // The portal's own authority is not the system's: a chain that ends in it is judged as if it were.
    const ownAuthority = known.authority !== null && inspection.authority?.fingerprint === known.authority.fingerprint;
    const fault = ownAuthority && isUnknownAuthority(inspection.shown.fault) ? null : inspection.shown.fault;
    const verdict = judge({ ...inspection.shown, fault }, known);
    if (verdict.trusted) continue;
    return { ...base, outcome: "bad", cause: verdict.cause, subject: inspection.authorityName, detail: verdict.detail };
  }
  return { ...base, outcome: "good", cause: null, detail: first.pin };
}

function isUnknownAuthority(fault: string | null): boolean {
  return fault !== null && /SELF_SIGNED|UNABLE_TO_(GET_ISSUER|VERIFY)/.test(fault);
}

/** This computer's clock against the portal's. */
export function checkClock(nowMs: number, looked: readonly Looked[]): Check {
  const abouts = looked.flatMap(({ seen }) => (seen && !(seen.about instanceof CauseError) ? [seen.about] : []));
  const base = { check: "clock", subject: new Date(nowMs).toISOString(), elapsedMs: 0 } as const;
  const [about] = abouts;
  if (about === undefined) return { ...base, outcome: "unknown", cause: null, detail: "" };
  const offMs = nowMs - Date.parse(about.time);
  const wrong = Math.abs(offMs) > clockToleranceMs;
  const detail = `${Math.round(offMs / 1000)} s ahead of the portal`;
  return { ...base, outcome: wrong ? "bad" : "good", cause: wrong ? "clockWrong" : null, detail };
}

/** Whether the portal itself answered on any way. */
export function checkPortal(host: string, looked: readonly Looked[]): Check {
  const base = { check: "portal", subject: host, elapsedMs: 0 } as const;
  const open = looked.find(({ check }) => check.outcome === "good");
  if (open)
    return { ...base, outcome: "good", cause: null, elapsedMs: open.check.elapsedMs, detail: open.check.detail };
  return { ...base, outcome: "bad", cause: whyNoWay(looked), detail: "" };
}

// Of many closed ways, the one that says most: a proxy that wants a password is a cure, a silent port is not.
const telling: readonly Cause[] = [
  "proxyAuthRequired",
  "proxyAuthRefused",
  "proxyForbids",
  "tlsInspected",
  "certificateUntrusted",
  "notAPortal",
];

function whyNoWay(looked: readonly Looked[]): Cause {
  const causes = looked.flatMap(({ check }) => check.cause ?? []);
  return telling.find((cause) => causes.includes(cause)) ?? (everyName(causes) ? "nameNotFound" : "noWay");
}

function everyName(causes: readonly Cause[]): boolean {
  return causes.length > 0 && causes.every((cause) => cause === "nameNotFound");
}

/** The first thing to mend; null: nothing. A closed port is no fault as long as another one is open. */
export function verdictOf(checks: readonly Check[]): Cause | null {
  const order: readonly Check["check"][] = ["helper", "inspection", "clock", "portal", "tunnel"];
  for (const kind of order) {
    const bad = checks.find(({ check, outcome }) => check === kind && outcome === "bad");
    if (bad?.cause) return bad.cause;
  }
  return null;
}

/** What the customer's IT must open: nothing while any way is open; else any one of these, the usual one first. */
export function openingsFor(ways: readonly Way[], looked: readonly Looked[]): Diagnosis["ask"] {
  if (looked.some(({ check }) => check.outcome === "good")) return [];
  const usualFirst = ways.toSorted((a, b) => Number(b.port === 443) - Number(a.port === 443));
  return usualFirst.slice(0, 16).map(({ host, port, proxy }) => ({
    host,
    port,
    through: proxy ? `${proxy.host}:${proxy.port}` : null,
  }));
}
