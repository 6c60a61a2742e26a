import type { ExchangeAccount } from "../../contract/exchange.ts";
import type { Place, Slice } from "./addresses.ts";

/** What one OpenVPN process serves. */
export type ServerKind =
  /** One technician with a TAP; he gets his address by DHCP. */
  | { readonly kind: "tap" }
  /** One technician with a TUN (macOS); he gets his address pushed. */
  | { readonly kind: "tun" }
  /** All routers of the account. */
  | { readonly kind: "routers" };

export interface ServerConfig {
  readonly account: ExchangeAccount;
  readonly place: Place;
  readonly slice: Slice;
  readonly server: ServerKind;
  readonly device: string;
  readonly port: number;
  readonly managementSocket: string;
}

const maxRouters = 4_096;

/**
 * Whoever is silent for 12 s is gone: a state that is shown must be true within 15 s, and a cable that is out for 5 s costs no
 * tunnel, with what TCP waits until it tries again. `keepalive` would give the server twice the client's time.
 */
const aliveLines = ["ping 4", "ping-restart 12", 'push "ping 4"', 'push "ping-restart 12"'];

/**
 * The whole configuration of a server process, fed to it by `--config stdin` (lines tried in OPENVPN-FACTS, 3 and 7).
 *
 * No `auth-gen-token`: a client that was cut came back with its token unasked (OPENVPN-FACTS, 2). No plugin, no script.
 * `management-client`: the process connects to a socket that exchange made for it alone, and ends by itself when exchange is gone.
 */
export function serverConfig({ account, place, slice, server, device, port, managementSocket }: ServerConfig): string {
  const lines = [
    "mode server",
    "tls-server",
    "proto tcp4-server",
    `local ${place.linkAddress}`,
    `port ${port}`,
    `dev ${device}`,
    `dev-type ${server.kind === "tap" ? "tap" : "tun"}`,
    "topology subnet",
    "ifconfig-noexec",
    "route-noexec",
    "script-security 0",
    // A data channel in the kernel would not be the TUN that was made for this uid.
    "disable-dco",
    "persist-key",
    "persist-tun",
    "username-as-common-name",
    "management-client-auth",
    `management ${managementSocket} unix`,
    "management-client",
    "management-hold",
    "tls-version-min 1.3",
    "data-ciphers AES-256-GCM",
    "data-ciphers-fallback AES-256-GCM",
    "dh none",
    "tcp-nodelay",
    ...aliveLines,
    "allow-compression no",
    "verb 3",
    ...linesOf(server, slice),
  ];
  const { authority, certificate, privateKey, accountKey } = account.server;
  return [
    ...lines,
    inline("ca", authority),
    inline("cert", certificate),
    inline("key", privateKey),
    inline("tls-crypt-v2", accountKey),
    "",
  ].join("\n");
}

function linesOf(server: ServerKind, slice: Slice): readonly string[] {
  switch (server.kind) {
    case "tap":
      return ["verify-client-cert none", "max-clients 1"];
    case "tun":
      return [
        "verify-client-cert none",
        "max-clients 1",
        `ifconfig ${slice.gateway} ${slice.mask}`,
        'push "topology subnet"',
      ];
    case "routers":
      return [
        "verify-client-cert require",
        "remote-cert-tls client",
        `max-clients ${maxRouters}`,
        `ifconfig ${slice.routerGateway} ${slice.mask}`,
        'push "topology subnet"',
      ];
  }
}

/** PEM as an inline block. Re-wrapped, so that nothing but base64 between two labels ever gets into a configuration. */
function inline(tag: string, pem: string): string {
  const blocks = [...pem.matchAll(/-----BEGIN ([A-Za-z0-9 -]+)-----([A-Za-z0-9+/=\s]+)-----END \1-----/g)].map(
    ([, label, body = ""]) => {
      const lines = body.replace(/\s/g, "").match(/.{1,64}/g) ?? [];
      return `-----BEGIN ${label}-----\n${lines.join("\n")}\n-----END ${label}-----`;
    },
  );
  return [`<${tag}>`, ...blocks, `</${tag}>`].join("\n");
}
