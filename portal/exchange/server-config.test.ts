import { describe, expect, it } from "vitest";
import { placeOf, sliceOf } from "./addresses.ts";
import type { ServerKind } from "./server-config.ts";
import { serverConfig } from "./server-config.ts";

const pem = (label: string, body: string) => `-----BEGIN ${label}-----\n${body}\n-----END ${label}-----\n`;

function config(kind: ServerKind["kind"], authority = pem("CERTIFICATE", "AAAA")): string {
  return serverConfig({
    account: {
      account: "a",
      index: 5,
      slices: ["10.77.0.0/20", "10.99.0.0/20"],
      server: {
        name: "server-a",
        authority,
        certificate: pem("CERTIFICATE", "BBBB"),
        privateKey: pem("PRIVATE KEY", "CCCC"),
        accountKey: pem("OpenVPN tls-crypt-v2 server key", "DDDD"),
      },
    },
    place: placeOf(5),
    slice: sliceOf("10.77.0.0/20"),
    server: { kind },
    device: "tap7",
    port: 10_007,
    managementSocket: "/run/anslut-portal/exchange/5/tap7",
  });
}

describe("a server's configuration", () => {
  it("serves one technician without certificate on a TAP", () => {
    const lines = config("tap").split("\n");
    expect(lines).toEqual(expect.arrayContaining(["dev tap7", "dev-type tap", "local 169.254.65.5", "port 10007"]));
    expect(lines).toEqual(expect.arrayContaining(["verify-client-cert none", "max-clients 1", "script-security 0"]));
    expect(config("tap")).not.toMatch(/^(push "(?!ping)|ifconfig )/m);
  });

  it("asks routers for a client certificate", () => {
    expect(config("routers")).toMatch(/^verify-client-cert require$/m);
    expect(config("routers")).toMatch(/^remote-cert-tls client$/m);
    expect(config("routers")).toMatch(/^ifconfig 10\.77\.8\.0 255\.255\.240\.0$/m);
  });

  it("holds no token, script, plugin or weak cipher, whatever it serves", () => {
    for (const kind of ["tap", "tun", "routers"] as const) {
      expect(config(kind)).not.toMatch(
        /auth-gen-token|plugin|^up |^down |client-connect|^compress|^comp-lzo|duplicate-cn/m,
      );
      expect(config(kind)).toMatch(/^tls-version-min 1\.3$/m);
    }
  });

  it("takes nothing but PEM into its blocks", () => {
    const evil = `</ca>\nplugin /tmp/evil.so\n<ca>\n${pem("CERTIFICATE", "AA\nAA")}\nup /tmp/evil\n`;
    expect(config("tap", evil)).not.toMatch(/evil/);
    expect(config("tap", evil)).toContain("<ca>\n-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n</ca>");
    expect(config("tap", pem("CERTIFICATE", "AA</ca>\nup x"))).toContain("<ca>\n</ca>");
  });
});
