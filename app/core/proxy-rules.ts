import { contains, networkOf, parseAddress } from "./networks.ts";

/** Rules that decide which proxy serves a host: NO_PROXY lists, proxy URLs, answers of PAC files. Pure. */

export interface ProxyAddress {
  readonly host: string;
  readonly port: number;
}

export interface ProxyUrl extends ProxyAddress {
  readonly credentials: { readonly username: string; readonly password: string } | null;
}

/**
 * Reads the value of HTTPS_PROXY and friends: `http://user:password@proxy.office:3128`, or without scheme. Undefined when
 * it is none; SOCKS and https:// proxies are none (the relay speaks plain HTTP CONNECT).
 */
export function parseProxyUrl(value: string): ProxyUrl | undefined {
  const text = /^[a-z][a-z0-9+.-]*:\/\//i.test(value) ? value : `http://${value}`;
  if (!URL.canParse(text)) return undefined;
  const url = new URL(text);
  const host = url.hostname.replace(/^\[|\]$/g, "");
  if (url.protocol !== "http:" || host === "") return undefined;
  const port = url.port === "" ? 80 : Number(url.port);
  const credentials = url.username === "" || url.password === "" ? null : decodeUserinfo(url);
  return { host, port, credentials };
}

function decodeUserinfo(url: URL): ProxyUrl["credentials"] {
  try {
    return { username: decodeURIComponent(url.username), password: decodeURIComponent(url.password) };
  } catch {
    return { username: url.username, password: url.password };
  }
}

/**
 * Whether a NO_PROXY list excludes `host`: `*`, a domain (with or without leading dot, covers what is below), an address,
 * a network in CIDR notation; an entry with a port only for that port. As curl and Go read it.
 */
export function isExcluded(noProxy: string, host: string, port: number): boolean {
  const address = parseAddress(host);
  const name = host.toLowerCase();
  return noProxy
    .split(/[\s,]+/)
    .filter((entry) => entry !== "")
    .some((entry) => {
      if (entry === "*") return true;
      const network = entry.includes("/") ? networkOf(entry) : undefined;
      if (network) return address !== undefined && contains(network, address);
      const [, pattern = "", entryPort] = /^(.*?)(?::(\d+))?$/.exec(entry.toLowerCase()) ?? [];
      if (entryPort !== undefined && Number(entryPort) !== port) return false;
      const domain = pattern.replace(/^\*?\./, "");
      return name === domain || (address === undefined && name.endsWith(`.${domain}`));
    });
}

export type PacAnswer =
  | { readonly kind: "direct" }
  | ({ readonly kind: "proxy" } & ProxyAddress)
  /** What we do not speak (SOCKS, HTTPS to the proxy) or could not read. */
  | { readonly kind: "skipped"; readonly text: string };

/** Reads the answer of `FindProxyForURL`: `PROXY a:3128; SOCKS b:1080; DIRECT`. Empty means direct, as browsers take it. */
export function parsePacAnswer(answer: string): readonly PacAnswer[] {
  const entries = answer
    .split(";")
    .map((entry) => entry.trim())
    .filter((entry) => entry !== "");
  return entries.length === 0 ? [{ kind: "direct" }] : entries.map(parsePacEntry);
}

function parsePacEntry(text: string): PacAnswer {
  const [, kind = "", target = ""] = /^(\S+)(?:\s+(\S+))?$/.exec(text) ?? [];
  if (kind.toUpperCase() === "DIRECT") return { kind: "direct" };
  if (kind.toUpperCase() !== "PROXY" && kind.toUpperCase() !== "HTTP") return { kind: "skipped", text };
  const proxy = parseProxyUrl(target);
  return proxy ? { kind: "proxy", host: proxy.host, port: proxy.port } : { kind: "skipped", text };
}
