import type { RouterTicket } from "../../contract/portal.ts";
import type { Credentials } from "../credentials/credentials.ts";
import { newRouterKey } from "../enrolment/router-key.ts";

/** Values that tests begin with. */

const pin = "ab".repeat(32);

export function sampleCredentials(change: Partial<Credentials> = {}): Credentials {
  return {
    format: "anslut-router 1",
    portal: { host: "portal.example", port: 443 },
    authority: { fingerprint: pin, pem: "-----BEGIN CERTIFICATE-----\n" },
    pins: { current: pin, next: null },
    serial: "SN-0017",
    machine: "m17",
    privateKey: newRouterKey().privateKey,
    certificate: "-----BEGIN CERTIFICATE-----\n",
    password: "first",
    formerPassword: null,
    lan: "lan0",
    wan: "wan0",
    way: null,
    ...change,
  };
}

/** The addresses are the loopback's, so that an echo server can be bound without a tunnel. */
export function sampleTicket(change: Partial<RouterTicket> = {}): RouterTicket {
  return {
    ticket: {
      id: "T-77",
      expires: "2026-11-21T11:30:00.250Z",
      device: "tun",
      endpoints: [443, 1194, 80].map((port) => ({ host: "portal.example", port })),
      server: { name: "tunnel.a1.portal.example", authority: "CA", clientKey: "KEY" },
      credentials: { username: "T-77", password: "once" },
      mac: "02:a5:00:00:00:11",
      slices: [{ network: "127.0.0.0/20", address: "127.0.0.1", gateway: "127.0.0.2" }],
    },
    password: "second",
    certificate: null,
    lans: [{ network: "192.168.0.0/24", standIn: "100.64.3.0/24", sourceNat: true }],
    pins: { current: pin, next: null },
    ...change,
  };
}
