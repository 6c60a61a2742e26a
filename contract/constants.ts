/**
 * Numbers and paths that two programs must agree on. A value that only one program needs lives there.
 */

/** UDP port of the echo: whoever answers sends the 16-byte nonce back unchanged. */
export const echoPort = 6477;
export const echoNonceBytes = 16;

/** Ports that `front` listens on, in the order a client without memory tries them. */
export const frontPorts: readonly number[] = [1194, 443, 80];

/** ALPN of a tunnel wrapped in TLS; anything else on a TLS connection is the portal's HTTPS. */
export const tunnelAlpn = "anslut-vpn/1";

/** Largest JSON text in one frame of a local socket, in bytes. */
export const maxFrameBytes = 1_048_576;

/** Most routes the helper accepts in one set. */
export const maxRoutes = 4096;

/** Delay between two starts of the port race, in milliseconds. */
export const raceStepMs = 250;

/** The pool that account slices are drawn from, and their usual size. */
export const accountPool = "10.64.0.0/10";
export const accountSlicePrefix = 20;

/** The pool that stand-in prefixes for machine networks are drawn from (RFC 6598). */
export const standInPool = "100.64.0.0/10";

/** DHCP option 60 values by which a client says which slice of its ticket it wants. */
export const sliceVendorClasses: readonly string[] = ["anslut-1", "anslut-2"];

/** Seconds between two heartbeats of the event stream. */
export const heartbeatSeconds = 15;

/** Languages that every text exists in (`resources/locales/<language>.json`); the first is the fallback. */
export const languages = ["en", "de", "sv"] as const;

export const paths = {
  helperSocket: "/run/anslut/helper.sock",
  policy: "/etc/anslut/policy.json",
  portalData: "/var/lib/anslut-portal",
  exchangeSocket: "/run/anslut-portal/web/exchange.sock",
  webTlsSocket: "/run/anslut-portal/front/web-tls.sock",
  tunnelsSocket: "/run/anslut-portal/front/tunnels.sock",
  routerData: "/var/lib/anslut-router",
} as const;
