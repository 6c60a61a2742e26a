import type { AgentResult, ProxySetting } from "../../contract/agent.ts";
import { CauseError } from "../../contract/causes.ts";
import type { HttpProxy } from "../../contract/relay.ts";
import { parseProxyUrl } from "../core/proxy-rules.ts";
import type { KeptFile } from "./kept-file.ts";
import type { Proxies } from "./proxies.ts";
import type { Settings } from "./settings.ts";

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
    if ((await proxies.setting()).fixedByPolicy) throw new CauseError("policyForbids");
    const address = this.#addressOf(setting);
    if (credentials !== null && address === undefined) {
      throw new CauseError("badRequest", "which proxy the password is for shows when it asks");
    }
    await settings.change((old) => ({ ...old, proxy: setting }));
    if (address === undefined) return;
    if (credentials === null) await proxies.forgetCredentials(address);
    else await this.keep(address, credentials, "keep");
  }

  async keep(address: Address, credentials: Credentials, how: "keep" | "forSession"): Promise<void> {
    await this.#options.proxies.setCredentials({ host: address.host, port: address.port }, credentials, how);
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
