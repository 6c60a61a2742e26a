import { arch, release, type } from "node:os";
import type { AgentResult } from "../../../contract/agent.ts";
import { agentProtocol } from "../../../contract/agent.ts";
import { failureOf } from "../../../contract/causes.ts";
import type { Clock } from "../../dial/clock.ts";
import type { KeptFile } from "../files/kept-file.ts";
import type { Journal } from "../history/journal.ts";
import type { Portals } from "../portal/portals.ts";
import type { KeptSecrets } from "../session/kept-secrets.ts";
import type { SignIn } from "../session/sign-in.ts";
import type { PolicyRead } from "../settings/policy.ts";
import type { Settings } from "../settings/settings.ts";
import type { Store } from "../store.ts";
import type { HelperLink } from "../tunnel/helper-link.ts";
import { version } from "../version.ts";
import type { LocalNetwork } from "../ways/local-network.ts";
import type { Proxies } from "../ways/proxies.ts";
import type { MergedLog } from "./merged-log.ts";
import { redactedJson, redactText, scrub } from "./redaction.ts";

export interface DiagnosticsOptions {
  readonly store: Store;
  readonly helper: HelperLink;
  readonly portals: Portals;
  readonly proxies: Proxies;
  readonly signIn: SignIn;
  readonly local: LocalNetwork;
  readonly settings: KeptFile<Settings>;
  readonly policy: () => Promise<PolicyRead>;
  readonly secrets: KeptSecrets;
  readonly journal: Journal;
  readonly log: MergedLog;
  readonly clock: Clock;
}

const logLines = 600;
const mostCharacters = 480_000;
const helperTimeoutMs = 5000;

/**
 * What support may want to see, as one text: the very one that would leave, so that the person can read it first. Everything that is
 * secret is taken out thrice: by the names of fields, by what secrets look like, and by what we know to be one right now.
 */
export class Diagnostics {
  readonly #options: DiagnosticsOptions;

  constructor(options: DiagnosticsOptions) {
    this.#options = options;
  }

  async collect(signal: AbortSignal): Promise<AgentResult> {
    const { store, settings, policy, journal, log, clock } = this.#options;
    const at = new Date(clock.nowMs()).toISOString();
    const helper = await this.#helper(signal);
    const sections: readonly (readonly [string, unknown])[] = [
      ["Versions", { anslut: version, protocol: agentProtocol, node: process.version, helper: helper.diagnosis }],
      ["Computer", { system: type(), release: release(), architecture: arch(), language: process.env.LANG ?? null }],
      ["State", store.view],
      ["Settings", withoutPem(settings.value)],
      ["Policy", await policy()],
      ["Network", { identity: this.#options.local.fingerprint, ...helper.network, proxies: await this.#proxies() }],
      ["Journal", { owedToThePortal: journal.owed().length }],
    ];
    const head = [
      `Anslut diagnostics, ${at}`,
      ...sections.map(([title, value]) => `\n== ${title}\n${redactedJson(value)}`),
      `\n== Log\n`,
    ].join("\n");
    const lines = await log.lines(logLines, signal);
    const secrets = await this.#secrets();
    const clean = redactText(scrub(`${head}${fitting(lines, mostCharacters - head.length)}\n`, secrets));
    const name = `anslut-diagnostics-${at.slice(0, 19).replaceAll(":", "-")}Z.txt`;
    return { type: "diagnostics", name, text: clean.slice(0, 500_000) };
  }

  async #helper(signal: AbortSignal): Promise<{ readonly diagnosis: unknown; readonly network: object }> {
    const { helper } = this.#options;
    const within = AbortSignal.any([signal, AbortSignal.timeout(helperTimeoutMs)]);
    try {
      const [diagnosis, { gateway, localNetworks }] = await Promise.all([
        helper.ask({ type: "diagnose" }, within),
        helper.ask({ type: "status" }, within),
      ]);
      return { diagnosis, network: { gateway, localNetworks } };
    } catch (error) {
      return { diagnosis: failureOf(error), network: {} };
    }
  }

  /** By which proxies this network is left; never as whom. */
  async #proxies(): Promise<unknown> {
    const { portals, proxies, settings } = this.#options;
    const portal = portals.current ?? settings.value.portals[0];
    if (portal === undefined) return [];
    try {
      const { routes, notes } = await proxies.routes(portal.host, portal.port);
      const ways = routes.map((route) =>
        route.kind === "proxy" ? `${route.proxy.host}:${route.proxy.port}` : route.kind,
      );
      return { ways, notes };
    } catch (error) {
      return failureOf(error);
    }
  }

  async #secrets(): Promise<readonly string[]> {
    const { portals, proxies, signIn, secrets } = this.#options;
    return [...(portals.current?.secrets ?? []), ...proxies.secrets, ...signIn.secrets, ...(await secrets.all())];
  }
}

function withoutPem(settings: Settings): unknown {
  const portals = settings.portals.map((portal) => ({ ...portal, authority: portal.authority?.fingerprint ?? null }));
  return { ...settings, portals };
}

/** The last of the lines, as many as there is room for. */
function fitting(lines: readonly string[], room: number): string {
  let first = lines.length;
  for (let left = room; first > 0; first--) {
    left -= (lines[first - 1]?.length ?? 0) + 1;
    if (left < 0) break;
  }
  return lines.slice(first).join("\n");
}
