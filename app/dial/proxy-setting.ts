import type { ProxySetting } from "../../contract/agent.ts";
import { CauseError, failureOf } from "../../contract/causes.ts";
import type { HttpProxy } from "../../contract/relay.ts";
import { isExcluded, parsePacAnswer, parseProxyUrl } from "../core/proxy-rules.ts";
import type { Route } from "../core/ways.ts";

export interface RoutesOptions {
  readonly setting: ProxySetting;
  /** The portal. */
  readonly host: string;
  readonly port: number;
  readonly environment: Readonly<Record<string, string | undefined>>;
  /** What the person (or keyring) gave for a proxy. */
  readonly credentials: (host: string, port: number) => Promise<HttpProxy["credentials"]>;
  /** Evaluates a PAC file for a URL; see pac-finder.ts. */
  readonly findProxy: (source: string, url: string) => Promise<string>;
}

export interface Routes {
  readonly routes: readonly Route[];
  /** What was left out, for log and doctor. */
  readonly notes: readonly string[];
}

/**
 * What the proxy setting comes to for one portal, best first. A proxy set by hand or by environment is tried before the
 * straight way but does not replace it: laptops move, and the office's firewall decides anyway. A PAC file is obeyed
 * to the letter. Throws `proxySettingInvalid` when a PAC file is none or names nothing that we speak.
 */
export async function resolveRoutes(options: RoutesOptions): Promise<Routes> {
  const { setting } = options;
  switch (setting.mode) {
    case "none":
      return { routes: [{ kind: "direct" }], notes: [] };
    case "manual":
      return { routes: [await proxyRoute(options, setting.host, setting.port), { kind: "direct" }], notes: [] };
    case "environment":
      return environmentRoutes(options);
    case "pac":
      return pacRoutes(options, setting.source);
  }
}

async function environmentRoutes(options: RoutesOptions): Promise<Routes> {
  const { host, port, environment } = options;
  const read = (name: string) => environment[name.toLowerCase()] ?? environment[name.toUpperCase()] ?? "";
  const value = read("https_proxy") || read("all_proxy");
  if (value === "" || isExcluded(read("no_proxy"), host, port)) return { routes: [{ kind: "direct" }], notes: [] };
  const proxy = parseProxyUrl(value);
  if (proxy === undefined) return { routes: [{ kind: "direct" }], notes: [`HTTPS_PROXY is no HTTP proxy`] };
  const given = (await options.credentials(proxy.host, proxy.port)) ?? proxy.credentials;
  const route: Route = { kind: "proxy", proxy: { host: proxy.host, port: proxy.port, credentials: given } };
  return { routes: [route, { kind: "direct" }], notes: [] };
}

async function pacRoutes(options: RoutesOptions, source: string): Promise<Routes> {
  const url = `https://${options.host}${options.port === 443 ? "" : `:${options.port}`}/`;
  let answer: string;
  try {
    answer = await options.findProxy(source, url);
  } catch (error) {
    const { cause, detail } = failureOf(error);
    if (cause === "proxySettingInvalid") throw error;
    // The file lives in an office that the laptop is not in now: browsers go straight then, too.
    return { routes: [{ kind: "direct" }], notes: [`PAC file cannot be had: ${cause} ${detail}`] };
  }
  const answers = parsePacAnswer(answer);
  const notes = answers.flatMap((answer) => (answer.kind === "skipped" ? [`not supported: ${answer.text}`] : []));
  const routes: Route[] = [];
  for (const answer of answers) {
    if (answer.kind === "direct") routes.push({ kind: "direct" });
    if (answer.kind === "proxy") routes.push(await proxyRoute(options, answer.host, answer.port));
  }
  if (routes.length === 0) throw new CauseError("proxySettingInvalid", notes.join(", "));
  return { routes, notes };
}

async function proxyRoute(options: RoutesOptions, host: string, port: number): Promise<Route> {
  return { kind: "proxy", proxy: { host, port, credentials: await options.credentials(host, port) } };
}
