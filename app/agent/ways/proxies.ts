import type { ProxySetting } from "../../../contract/agent.ts";
import { decoder } from "../../../contract/decoder.ts";
import type { HttpProxy, RelayReport, Way } from "../../../contract/relay.ts";
import { ProxyCredentials } from "../../../contract/relay.ts";
import type { Routes } from "../../dial/proxy-setting.ts";
import { resolveRoutes } from "../../dial/proxy-setting.ts";
import type { KeptFile } from "../files/kept-file.ts";
import type { Secrets } from "../session/secrets.ts";
import type { PolicyRead } from "../settings/policy.ts";
import type { Settings } from "../settings/settings.ts";

type Credentials = NonNullable<HttpProxy["credentials"]>;

export interface ProxiesOptions {
  readonly settings: KeptFile<Settings>;
  readonly policy: () => Promise<PolicyRead>;
  readonly secrets: Secrets;
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly findProxy: (source: string, url: string) => Promise<string>;
}

/** A proxy that wants a password, or another one. */
export interface ProxyComplaint {
  readonly host: string;
  readonly port: number;
  readonly refused: boolean;
}

/** The proxy setting, passwords for proxies, and which proxy complained last. */
export class Proxies {
  readonly #options: ProxiesOptions;
  readonly #credentials = new Map<string, Credentials>();
  #complaint: ProxyComplaint | null = null;

  constructor(options: ProxiesOptions) {
    this.#options = options;
  }

  get complaint(): ProxyComplaint | null {
    return this.#complaint;
  }

  async setting(): Promise<{ readonly setting: ProxySetting; readonly fixedByPolicy: boolean }> {
    const read = await this.#options.policy();
    if (read.state === "valid" && read.policy.proxy !== null)
      return { setting: read.policy.proxy, fixedByPolicy: true };
    return { setting: this.#options.settings.value.proxy, fixedByPolicy: false };
  }

  async routes(host: string, port: number): Promise<Routes> {
    const { environment, findProxy } = this.#options;
    const { setting, fixedByPolicy } = await this.setting();
    const credentials = (proxyHost: string, proxyPort: number) => this.credentials(proxyHost, proxyPort);
    const resolved = await resolveRoutes({ setting, host, port, environment, credentials, findProxy });
    // What the administrator fixed is not gone around.
    const strict = fixedByPolicy && setting.mode === "manual";
    return strict ? { ...resolved, routes: resolved.routes.filter(({ kind }) => kind === "proxy") } : resolved;
  }

  async credentials(host: string, port: number): Promise<Credentials | null> {
    const name = secretName(host, port);
    const held = this.#credentials.get(name);
    if (held) return held;
    const kept = await this.#options.secrets.read(name);
    const credentials = kept === null ? null : decodeKept(kept);
    if (credentials) this.#credentials.set(name, credentials);
    return credentials;
  }

  async setCredentials(
    proxy: { readonly host: string; readonly port: number },
    credentials: Credentials,
    keep: "keep" | "forSession",
  ): Promise<void> {
    const name = secretName(proxy.host, proxy.port);
    this.#credentials.set(name, credentials);
    if (keep === "keep") await this.#options.secrets.keep(name, JSON.stringify(credentials));
    else await this.#options.secrets.forget(name);
  }

  async forgetCredentials(proxy: { readonly host: string; readonly port: number }): Promise<void> {
    this.#credentials.delete(secretName(proxy.host, proxy.port));
    await this.#options.secrets.forget(secretName(proxy.host, proxy.port));
  }

  /** What must not get out, for whoever makes sure of that: passwords, and name and password as Basic sends them. */
  get secrets(): readonly string[] {
    return [...this.#credentials.values()].flatMap(({ username, password }) => [password, `${username}:${password}`]);
  }

  /** Learns from a race which proxy it was that asked for a password. */
  listen(ways: readonly Way[], report: RelayReport): void {
    if (report.type === "attempt") this.complain(ways[report.attempt.way], report.attempt.outcome);
  }

  complain(way: Way | undefined, outcome: string): void {
    if (!way?.proxy || (outcome !== "proxyAuthRequired" && outcome !== "proxyAuthRefused")) return;
    this.#complaint = { host: way.proxy.host, port: way.proxy.port, refused: outcome === "proxyAuthRefused" };
  }
}

const decodeCredentials = decoder("keyring", ProxyCredentials);

function decodeKept(text: string): Credentials | null {
  try {
    return decodeCredentials(JSON.parse(text));
  } catch {
    return null; // written by another program or version: asked for again
  }
}

function secretName(host: string, port: number): string {
  return `proxy ${host}:${port}`;
}
