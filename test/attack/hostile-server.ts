import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Connect, Slice } from "../../contract/helper.ts";
import { Authority } from "../../portal/exchange/testing/authority.ts";
import { mintClientKey, newServerKey, parseServerKey } from "../../portal/tls-crypt/key.ts";
import type { Lab } from "../lab/lab.ts";
import type { LabProcess } from "../lab/lab-process.ts";
import { addressOf } from "../lab/topology.ts";

/** What a server that wants the laptop's traffic, names, programs and settings would push. */
export const hostilePushes: readonly string[] = [
  "redirect-gateway def1 bypass-dhcp ipv6",
  "redirect-private def1",
  "route 0.0.0.0 0.0.0.0 vpn_gateway 1",
  "route 0.0.0.0 128.0.0.0",
  `route ${addressOf("portal")} 255.255.255.255`,
  "route 192.168.178.0 255.255.255.0",
  "route-gateway 10.77.0.1",
  "route-metric 1",
  "route-ipv6 ::/0",
  "ifconfig 10.0.0.2 255.0.0.0",
  "ifconfig-ipv6 fd00::2/64 fd00::1",
  "topology subnet",
  "dhcp-option DNS 6.6.6.6",
  "dhcp-option DOMAIN evil.test",
  "dhcp-option PROXY_HTTP 6.6.6.6 8080",
  "dns server 1 address 6.6.6.6",
  "setenv PATH /tmp/evil",
  "setenv-safe LD_PRELOAD /tmp/evil.so",
  "block-outside-dns",
  "block-ipv6",
  "register-dns",
  "auth-token AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA",
  "compress stub-v2",
  "sndbuf 1",
  "inactive 1",
  "echo script-security 2",
];

/** An OpenVPN server on `stranger` that a hostile portal's ticket leads to. The real program, with a real certificate. */
export class HostileServer {
  readonly slice: Slice = { network: "10.77.0.0/20", address: "10.77.0.17", gateway: "10.77.0.1" };
  readonly mac = "02:a5:00:00:00:11";
  readonly #lab: Lab;
  readonly #directory = mkdtempSync(join(tmpdir(), "anslut-attack-"));
  readonly #authority = new Authority(this.#directory);
  readonly #key = newServerKey();
  readonly #running: LabProcess[] = [];

  constructor(lab: Lab) {
    this.#lab = lab;
  }

  get authority(): string {
    return this.#authority.certificate;
  }

  /** A certificate that no ticket names the authority of. */
  foreignAuthority(): string {
    return new Authority(join(this.#directory, "foreign")).certificate;
  }

  clientKey(): string {
    return mintClientKey(parseServerKey(this.#key), new Uint8Array(0));
  }

  /** Starts it with a device of that kind; everybody is let in, and gets the pushes. */
  async start(kind: "tap" | "tun", pushes: readonly string[], name = "tunnel.evil.test"): Promise<void> {
    const { certificate, privateKey } = this.#authority.issue(name, "serverAuth");
    await this.#lab.output("stranger", ["sh", "-c", device(kind)]);
    const config = [
      "mode server\ntls-server\nproto tcp4-server\nport 1194\ndev evil0",
      `dev-type ${kind}\ntopology subnet\nifconfig-noexec\nroute-noexec`,
      ...(kind === "tun" ? ["ifconfig 10.77.0.1 255.255.240.0"] : []),
      "verify-client-cert none\nauth-user-pass-verify /bin/true via-file\nscript-security 2\nusername-as-common-name",
      "tls-version-min 1.3\ndata-ciphers AES-256-GCM\ndh none\nkeepalive 5 20\nduplicate-cn",
      ...pushes.map((push) => `push "${push}"`),
      `<ca>\n${this.authority}</ca>\n<cert>\n${certificate}</cert>\n<key>\n${privateKey}</key>`,
      `<tls-crypt-v2>\n${this.#key}</tls-crypt-v2>\n`,
    ].join("\n");
    const server = this.#lab.spawn("stranger", ["openvpn", "--config", "stdin"]);
    this.#running.push(server);
    server.stdin.end(config);
    await server.line(/Initialization Sequence Completed/);
  }

  /** A DHCP server behind it: dnsmasq, giving the ticket's address with everything that a hostile one would add. */
  async hostileDhcp(address = this.slice.address): Promise<LabProcess> {
    const options = [
      "3,10.77.0.1",
      "6,6.6.6.6",
      "15,evil.test",
      "26,68",
      "42,6.6.6.6",
      // TunnelVision (CVE-2024-3661): classless static routes, and Microsoft's number for them.
      "121,0.0.0.0/1,10.77.0.1,128.0.0.0/1,10.77.0.1,203.0.113.10/32,10.77.0.1",
      "249,0.0.0.0/0,10.77.0.1",
      "252,http://6.6.6.6/wpad.dat",
    ].map((option) => `--dhcp-option-force=${option}`);
    const argv = [
      ...["dnsmasq", "-k", "-C", "/dev/null", "--port=0", "--user=root", "--pid-file=", "--interface=evil0"],
      ...[
        "--bind-interfaces",
        "--dhcp-leasefile=/tmp/leases",
        "--dhcp-authoritative",
        "--no-ping",
        "--dhcp-rapid-commit",
        "--log-dhcp",
      ],
      ...["--dhcp-range=10.77.0.0,static,255.0.0.0,1h", `--dhcp-host=${this.mac},${address}`, "--log-facility=-"],
      ...options,
    ];
    const server = this.#lab.spawn("stranger", argv);
    this.#running.push(server);
    await server.line(/started, version/);
    return server;
  }

  /** Another program of the hostile side, ended with it. */
  async run(argv: readonly string[], ready: RegExp): Promise<LabProcess> {
    const program = this.#lab.spawn("stranger", argv);
    this.#running.push(program);
    await program.line(ready);
    return program;
  }

  /** What a hostile portal's ticket becomes at the helper. */
  connect(change: Partial<Connect> = {}): Omit<Connect, "id"> {
    return {
      type: "connect",
      ticket: "T-evil",
      ways: [{ host: addressOf("stranger"), port: 1194, proxy: null, wrap: null }],
      server: { name: "tunnel.evil.test", authority: this.authority, clientKey: this.clientKey() },
      credentials: { username: "T-evil", password: "one-time" },
      identity: null,
      addressing: { kind: "dhcp", mac: this.mac, slices: [this.slice] },
      ...change,
    };
  }

  async stop(): Promise<void> {
    for (const running of this.#running.splice(0)) await running.kill();
    await this.#lab.exec("stranger", ["ip", "link", "del", "evil0"]);
  }

  async close(): Promise<void> {
    await this.stop();
    rmSync(this.#directory, { recursive: true });
  }
}

function device(kind: "tap" | "tun"): string {
  const make = `ip tuntap add dev evil0 mode ${kind} && ip link set evil0 up && ip addr add 10.77.0.1/8 dev evil0`;
  // A limited broadcast follows the routes: those of the hostile DHCP server go into the tunnel.
  return `${make} && ip route add 255.255.255.255/32 dev evil0`;
}
