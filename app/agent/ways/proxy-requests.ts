import type { AgentResult, ProxySetting } from "../../../contract/agent.ts";
import { CauseError } from "../../../contract/causes.ts";
import type { HttpProxy } from "../../../contract/relay.ts";
import { parseProxyUrl } from "../../core/proxy-rules.ts";
import type { KeptFile } from "../files/kept-file.ts";
import type { Settings } from "../settings/settings.ts";
import type { Proxies } from "./proxies.ts";

export interface ProxyRequestsOptions {
  readonly proxies: Proxies;
  readonly settings: KeptFile<Settings>;
  readonly environment: Readonly<Record<string, string | undefined>>;
}

type Credentials = NonNullable<HttpProxy["credentials"]>;
type Address = Pick<HttpProxy, "host" | "port">;

/** Showing and changing the proxy setting. */
export class ProxyRequests {
  readonly #options: ProxyRequestsOptions;

  constructor(options: ProxyRequestsOptions) {
    this.#options = options;
  }

  async show(): Promise<AgentResult> {
    const { setting, fixedByPolicy } = await this.#options.proxies.setting();
    const address = this.#addressOf(setting);
    const held = address && (await this.#options.proxies.credentials(address.host, address.port));
    return { type: "proxy", setting, credentials: held !== undefined && held !== null, fixedByPolicy };
  }

  /** Throws `policyForbids`; `badRequest` for a password without a proxy it could be for. */
  async set(setting: ProxySetting, credentials: Credentials | null): Promise<void> {
    const { proxies, settings } = this.#options;
    const before = await proxies.setting();
    if (before.fixedByPolicy) throw new CauseError("policyForbids");
    await settings.change((old) => ({ ...old, proxy: setting }));
    if (credentials === null) {
      const address = this.#addressOf(setting);
      if (address !== undefined) await proxies.forgetCredentials(address);
      return;
    }
    const addresses = await this.#addressesOf(setting);
    if (addresses.length === 0) {
      await settings.change((old) => ({ ...old, proxy: before.setting }));
      throw new CauseError("badRequest", "which proxy the password is for shows when it asks");
    }
    for (const address of addresses) await this.keep(address, credentials, "keep");
  }

  async keep(address: Address, credentials: Credentials, how: "keep" | "forSession"): Promise<void> {
    await this.#options.proxies.setCredentials({ host: address.host, port: address.port }, credentials, how);
  }

  /** The proxies that a setting means: for a PAC file, those that it names for the portals we know. */
  async #addressesOf(setting: ProxySetting): Promise<readonly Address[]> {
    const address = this.#addressOf(setting);
    if (address !== undefined) return [address];
    if (setting.mode !== "pac") return [];
    const { proxies, settings } = this.#options;
    const found = await Promise.all(settings.value.portals.map(({ host, port }) => proxies.routes(host, port)));
    return found.flatMap(({ routes }) => routes).flatMap((route) => (route.kind === "proxy" ? [route.proxy] : []));
  }

  #addressOf(setting: ProxySetting): Address | undefined {
    if (setting.mode === "manual") return setting;
    if (setting.mode !== "environment") return undefined;
    const { environment } = this.#options;
    const value = ["https_proxy", "HTTPS_PROXY", "all_proxy", "ALL_PROXY"]
      .map((name) => environment[name])
      .find(Boolean);
    return value === undefined ? undefined : parseProxyUrl(value);
  }
}
