import type { ChildProcess } from "node:child_process";
import { writeFileSync } from "node:fs";
import type { Issued } from "./authority.ts";
import type { World } from "./world.ts";

export interface ClientOptions {
  readonly name: string;
  readonly host: "laptop" | "visitor" | "factory";
  readonly remote: { readonly address: string; readonly port: number };
  readonly device: "tap" | "tun";
  readonly deviceName: string;
  readonly authority: string;
  readonly serverName: string;
  readonly clientKey: string;
  readonly username: string;
  readonly password: string;
  readonly mac?: string;
  readonly identity?: Issued;
  readonly options: readonly string[];
}

/** Starts a stock OpenVPN client in the world; it makes its own device and sets no address. */
export function startClient(world: World, options: ClientOptions): ChildProcess {
  const { name, host, remote, device, deviceName, authority, serverName, clientKey, identity } = options;
  const credentials = `${name}.pw`;
  writeFileSync(`${world.directory}/${credentials}`, `${options.username}\n${options.password}\n`, { mode: 0o600 });
  const config = [
    "client",
    `dev ${deviceName}`,
    `dev-type ${device}`,
    ...(options.mac === undefined ? [] : [`lladdr ${options.mac}`]),
    "proto tcp-client",
    `remote ${remote.address} ${remote.port}`,
    "nobind",
    "tcp-nodelay",
    "connect-retry-max 1",
    "remote-cert-tls server",
    `verify-x509-name ${serverName} name`,
    "tls-version-min 1.3",
    "data-ciphers AES-256-GCM",
    "allow-compression no",
    "route-nopull",
    ...(device === "tap" ? ["ifconfig-noexec", "route-noexec"] : []),
    `auth-user-pass /run/anslut-portal/${credentials}`,
    "auth-nocache",
    "auth-retry none",
    "verb 3",
    ...options.options,
    `<ca>\n${authority}</ca>`,
    `<tls-crypt-v2>\n${clientKey}</tls-crypt-v2>`,
    ...(identity === undefined
      ? []
      : [`<cert>\n${identity.certificate}</cert>`, `<key>\n${identity.privateKey}</key>`]),
  ];
  writeFileSync(`${world.directory}/${name}.conf`, `${config.join("\n")}\n`, { mode: 0o600 });
  return world.start(host, ["openvpn", "--config", `/run/anslut-portal/${name}.conf`]);
}
