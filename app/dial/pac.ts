import { lookup } from "node:dns/promises";
import { networkInterfaces } from "node:os";
import { sandbox } from "pac-resolver";
import { QuickJS } from "quickjs-wasi";
import { CauseError, failureOf } from "../../contract/causes.ts";
import { contains, parseAddress } from "../core/networks.ts";

/** Evaluates PAC files. They come from elsewhere and are programs: our memory, time and network are not theirs to take. */

const memoryBytes = 16_777_216;
const thinkingMs = 1000;
const lookupMs = 3000;
const maxRuns = 20;

/** Asks the name server; null: no such name. */
export type Resolve = (host: string) => Promise<string | null>;

/**
 * Runs `FindProxyForURL` of a PAC file for `url` in QuickJS machines of its own. A PAC file calls `dnsResolve` and waits; a name that
 * is not known yet ends the run, is looked up, and the file runs again from its start (as Chromium does it). Nothing but
 * names of hosts gets out. Throws `proxySettingInvalid`: no such function, an error, too slow, too large.
 */
export async function evaluatePac(script: string, url: string, resolve: Resolve = resolveName): Promise<string> {
  const known = new Map<string, string | null>();
  for (let run = 0; run < maxRuns; run++) {
    const missing = new Set<string>();
    const outcome = await runOnce(
      script,
      url,
      (host) => {
        if (!known.has(host)) missing.add(host);
        return known.get(host) ?? null;
      },
      missing,
    );
    if (missing.size === 0) {
      if ("answer" in outcome && typeof outcome.answer === "string") return outcome.answer;
      const detail = "answer" in outcome ? `answered ${typeof outcome.answer}` : failureOf(outcome.error).detail;
      throw new CauseError("proxySettingInvalid", detail);
    }
    for (const host of missing) known.set(host, await resolve(host));
  }
  throw new CauseError("proxySettingInvalid", "asks for names without end");
}

type Outcome = { readonly answer: unknown } | { readonly error: unknown };

async function runOnce(
  script: string,
  url: string,
  look: (host: string) => string | null,
  missing: ReadonlySet<string>,
): Promise<Outcome> {
  const untilMs = performance.now() + thinkingMs;
  using machine = await QuickJS.create({
    memoryLimit: memoryBytes,
    // A lookup that is missing ends the run, even where the file catches errors.
    interruptHandler: () => missing.size > 0 || performance.now() > untilMs,
  });
  try {
    for (const [name, act] of Object.entries(functionsFor(look))) define(machine, name, act, missing);
    machine.evalCode(script, "proxy.pac").dispose();
    const { hostname } = new URL(url);
    using answer = machine.evalCode(`FindProxyForURL(${JSON.stringify(url)}, ${JSON.stringify(hostname)})`);
    return { answer: machine.dump(answer) };
  } catch (error) {
    return { error };
  }
}

type PacFunction = (...given: readonly unknown[]) => string | number | boolean | null;

function define(machine: QuickJS, name: string, act: PacFunction, missing: ReadonlySet<string>): void {
  using handle = machine.newFunction(name, (...given) => {
    const value = act(...given.map((one) => machine.dump(one)));
    if (missing.size > 0) throw new Error("looking up a name");
    return machine.hostToHandle(value);
  });
  machine.setProp(machine.global, name, handle);
}

function functionsFor(look: (host: string) => string | null): Readonly<Record<string, PacFunction>> {
  const addressOf = (host: unknown): string | null => {
    const name = String(host);
    return parseAddress(name) === undefined ? look(name) : name;
  };
  return {
    ...pure,
    dnsResolve: addressOf,
    isResolvable: (host) => addressOf(host) !== null,
    isInNet: (host, pattern, mask) => isInNet(addressOf(host), String(pattern), String(mask)),
    // pac-resolver's own asks 8.8.8.8, past the relay.
    myIpAddress: () => ownAddress(),
    alert: () => null,
  };
}

const { dnsDomainIs, dnsDomainLevels, isPlainHostName, localHostOrDomainIs, shExpMatch } = sandbox;
const { dateRange, timeRange, weekdayRange } = sandbox;
const pure: Readonly<Record<string, PacFunction>> = {
  dnsDomainIs: (host, domain) => dnsDomainIs(String(host), String(domain)),
  dnsDomainLevels: (host) => dnsDomainLevels(String(host)),
  isPlainHostName: (host) => isPlainHostName(String(host)),
  localHostOrDomainIs: (host, domain) => localHostOrDomainIs(String(host), String(domain)),
  shExpMatch: (text, pattern) => shExpMatch(String(text), String(pattern)),
  // Their many forms are told apart by what is given; the file's own mistakes show as errors of the file.
  dateRange: (...given) => (dateRange as PacFunction)(...given),
  timeRange: (...given) => (timeRange as PacFunction)(...given),
  weekdayRange: (...given) => (weekdayRange as PacFunction)(...given),
};

function isInNet(address: string | null, pattern: string, mask: string): boolean {
  const [base, bits, own] = [parseAddress(pattern), parseAddress(mask), address && parseAddress(address)];
  if (base === undefined || bits === undefined || typeof own !== "number") return false;
  const prefix = 32 - Math.round(Math.log2((~bits >>> 0) + 1));
  return contains({ base: (base & bits) >>> 0, prefix }, own);
}

function ownAddress(): string {
  const addresses = Object.values(networkInterfaces()).flatMap((interfaces) => interfaces ?? []);
  return addresses.find(({ family, internal }) => family === "IPv4" && !internal)?.address ?? "127.0.0.1";
}

async function resolveName(host: string): Promise<string | null> {
  const late = new Promise<null>((done) => setTimeout(done, lookupMs, null).unref());
  const found = lookup(host, { family: 4 }).then(
    ({ address }) => address,
    () => null,
  );
  return await Promise.race([found, late]);
}
