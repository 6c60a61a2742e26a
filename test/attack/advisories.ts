import type { Connect } from "../../contract/helper.ts";

/** What a local attacker asks a privileged VPN service for, in the words of those who were broken by it. */
export interface Advisory {
  readonly name: string;
  /** The flaw there, in a few words. */
  readonly flaw: string;
  /** Requests (or texts that are none) that would be the same attack on our helper, made from a good `connect`. */
  readonly requests: (good: Connect) => readonly unknown[];
}

/** Where every attack here would leave its mark, if it ran. */
export const mark = "/tmp/owned-by-attack";
const program = "/tmp/evil/run";

/**
 * The product behind each is a privileged service that took from its caller a configuration, an argument, a program or a path.
 * Our contract has no field for any of it, so each attack must find its way into one that is there.
 */
export const advisories: readonly Advisory[] = [
  {
    name: "CVE-2021-33526 (mbDIALUP, local)",
    flaw: "any local user has SYSTEM run OpenVPN with a configuration of his",
    requests: (good) => [
      { ...good, config: `script-security 2\nup ${program}\n` },
      { ...good, configPath: "/tmp/evil/evil.ovpn" },
      { ...good, server: { ...good.server, name: `x\nscript-security 2\nup ${program}` } },
      { ...good, server: { ...good.server, name: `x name\nup ${program}\n#` } },
    ],
  },
  {
    name: "CVE-2021-33527 (mbDIALUP, from afar)",
    flaw: "an HTTP request to the service runs commands",
    requests: () => [
      `GET /openvpn?cmd=${program} HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n`,
      `POST /api/start HTTP/1.1\r\nContent-Length: 20\r\n\r\n{"run":"${program}"}`,
    ],
  },
  {
    name: "Siemens SINEMA RC Client",
    flaw: "commands and settings are injected through fields of a session",
    requests: (good) => [
      { ...good, ticket: `$(${program})` },
      { ...good, ticket: `;${program};` },
      { ...good, credentials: { username: "a`/tmp/evil/run`", password: "x" } },
      { type: "setSettings", id: 1, proxyScript: program },
    ],
  },
  {
    name: "Pritunl",
    flaw: "a profile's up script, plugin or log path is used by root",
    requests: (good) => [
      { ...good, log: "/etc/cron.d/evil" },
      { ...good, "log-append": "/etc/ld.so.preload" },
      { ...good, server: { ...good.server, authority: `${good.server.authority}\nplugin /tmp/evil/run.so\n` } },
      { ...good, server: { ...good.server, authority: `</ca>\nup ${program}\n<ca>\n${good.server.authority}` } },
    ],
  },
  {
    name: "PerFact OpenVPN-Client",
    flaw: "a local socket takes further OpenVPN arguments and management commands",
    requests: (good) => [
      { ...good, arguments: ["--script-security", "2", "--up", program] },
      { ...good, credentials: { username: good.credentials.username, password: "x\nsignal SIGUSR1" } },
      { ...good, credentials: { username: good.credentials.username, password: "x\rhold off" } },
      { ...good, credentials: { username: 'x"\nusername "Auth" y', password: "x" } },
    ],
  },
  {
    name: "ProtonVPN",
    flaw: "a deny-list of directives is passed by another spelling",
    requests: (good) => [
      { ...good, server: { ...good.server, clientKey: `${good.server.clientKey}"script-security" 2\n` } },
      { ...good, server: { ...good.server, clientKey: `--plugin /tmp/evil/run.so\n${good.server.clientKey}` } },
      { ...good, server: { ...good.server, authority: good.server.authority.replace("\n", "\n\tup /tmp/evil/run\n") } },
    ],
  },
  {
    name: "NordVPN",
    flaw: "a server's name carries a second directive",
    requests: (good) => [
      { ...good, server: { ...good.server, name: `vpn.test" name\nplugin "/tmp/evil/run.so` } },
      { ...good, ways: [{ ...good.ways[0], host: `127.0.0.1 1194\nup ${program}` }] },
      { ...good, ways: [{ ...good.ways[0], host: `-oProxyCommand=${program}` }] },
    ],
  },
  {
    name: "Windscribe",
    flaw: "a pipe takes the program to run and its arguments",
    requests: (good) => [
      { type: "exec", id: 1, path: program, arguments: [] },
      { type: "runOpenVpn", id: 1, executable: program },
      { ...good, openvpn: program },
      { ...good, adapter: "eth0" },
    ],
  },
  {
    name: "Private Internet Access",
    flaw: "environment, PATH and libraries of the caller reach the privileged program",
    requests: (good) => [
      { ...good, env: { PATH: "/tmp/evil", LD_PRELOAD: "/tmp/evil/run.so", OPENSSL_CONF: "/tmp/evil/openssl.cnf" } },
      { ...good, environment: ["LD_PRELOAD=/tmp/evil/run.so"] },
      { ...good, setenv: "LD_LIBRARY_PATH /tmp/evil" },
    ],
  },
  {
    name: "OpenVPN's Windows service (2026)",
    flaw: "lengths, repeated fields and types that two readers understand in two ways",
    requests: (good) => [
      JSON.stringify(good).replace('"ticket":', '"ticket":"other","ticket":'),
      `${JSON.stringify(good)}${JSON.stringify({ type: "exec", id: 2 })}`,
      { ...good, Type: "exec" },
      { ...good, id: "1" },
      { ...good, id: 1e300 },
      { ...good, server: { ...good.server, name: "x".repeat(300) } },
      { ...good, ways: Array.from({ length: 17 }, () => good.ways[0]) },
      { ...good, ticket: "..\\..\\evil" },
      { ...good, ticket: "../../etc/passwd" },
    ],
  },
];
