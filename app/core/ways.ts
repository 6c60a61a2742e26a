import type { HttpProxy, Way } from "../../contract/relay.ts";
import type { Endpoint } from "../../contract/state.ts";

/** How the outside is reached at all, as the proxy setting says, best first. */
export type Route = { readonly kind: "direct" } | { readonly kind: "proxy"; readonly proxy: HttpProxy };

export interface WayPlan {
  /** Where `front` listens, in the portal's order. */
  readonly endpoints: readonly { readonly host: string; readonly port: number }[];
  readonly routes: readonly Route[];
  /** SNI of the wrapping TLS; null: no wrapped ways (the agent's HTTPS is TLS already). */
  readonly wrapName: string | null;
  /** {@link wayKey} of what won on this network last; null where nothing is known. */
  readonly remembered: string | null;
}

/** The relay takes so many (contract: `Ways`). */
export const maxWays = 16;

// What a client without memory tries: for a tunnel the port of our own first, then what firewalls leave open; for HTTPS what
// browsers use. Where 1194 is silently dropped, only the tunnel waits a step of the race for it.
const tunnelPorts = [1194, 443, 80];
const httpsPorts = [443, 1194, 80];
// Proxies commonly allow CONNECT to 443 alone (squid's default `SSL_ports`).
const proxyPorts = [443, 1194, 80];

/**
 * The ways to race, best first: what won here before; direct bare by port; direct wrapped; through each proxy. A proxy
 * that the setting names before `direct` gets its best way tried before the direct ones: people set it because they need it.
 */
export function planWays(plan: WayPlan): Way[] {
  const directAt = plan.routes.findIndex((route) => route.kind === "direct");
  const proxies = plan.routes.flatMap((route, index) =>
    route.kind === "proxy" ? [{ ways: proxyWays(plan, route.proxy), first: directAt === -1 || index < directAt }] : [],
  );
  const ways = [
    ...proxies.filter((proxy) => proxy.first).flatMap((proxy) => proxy.ways.slice(0, 1)),
    ...(directAt === -1 ? [] : directWays(plan)),
    ...proxies.flatMap((proxy) => (proxy.first ? proxy.ways.slice(1) : proxy.ways)),
  ];
  const remembered = ways.find((way) => wayKey(way) === plan.remembered);
  const ordered = remembered ? [remembered, ...ways.filter((way) => way !== remembered)] : ways;
  return ordered.slice(0, maxWays);
}

/** Names a way without its secrets: the key of what is remembered per network. */
export function wayKey(way: Way): string {
  const proxy = way.proxy ? `${way.proxy.host}:${way.proxy.port}` : "direct";
  return `${way.host}:${way.port} ${proxy} ${way.wrap ? "wrapped" : "bare"}`;
}

/** How a way is shown. */
export function endpointOf(way: Way): Endpoint {
  return {
    host: way.host,
    port: way.port,
    proxy: way.proxy ? `${way.proxy.host}:${way.proxy.port}` : null,
    wrapped: way.wrap !== null,
  };
}

function directWays(plan: WayPlan): Way[] {
  const ports = plan.wrapName === null ? httpsPorts : tunnelPorts;
  const bare = byPort(plan.endpoints, ports).map((endpoint) => bareWay(endpoint, null));
  return [...bare, ...wrappedWays(plan, null)];
}

function proxyWays(plan: WayPlan, proxy: HttpProxy): Way[] {
  const [best, ...others] = byPort(plan.endpoints, proxyPorts).map((endpoint) => bareWay(endpoint, proxy));
  return best === undefined ? [] : [best, ...wrappedWays(plan, proxy), ...others];
}

// Wrapped on 443, where a firewall wants to see real TLS; where the portal has no 443, on what it has first.
function wrappedWays(plan: WayPlan, proxy: HttpProxy | null): Way[] {
  const { wrapName } = plan;
  if (wrapName === null) return [];
  const on443 = plan.endpoints.filter((endpoint) => endpoint.port === 443);
  const chosen = on443.length > 0 ? on443 : plan.endpoints.slice(0, 1);
  return chosen.map((endpoint) => ({ ...bareWay(endpoint, proxy), wrap: { serverName: wrapName } }));
}

function bareWay(endpoint: { readonly host: string; readonly port: number }, proxy: HttpProxy | null): Way {
  return { host: endpoint.host, port: endpoint.port, proxy, wrap: null };
}

// Stable: the portal's order decides between hosts, the given order between ports; unknown ports come last.
function byPort(endpoints: WayPlan["endpoints"], ports: readonly number[]): WayPlan["endpoints"] {
  const rank = (port: number) => (ports.includes(port) ? ports.indexOf(port) : ports.length);
  return [...endpoints].sort((a, b) => rank(a.port) - rank(b.port));
}
