import type { Lab } from "../lab/lab.ts";
import type { LabProcess } from "../lab/lab-process.ts";

/** The technician's account on the portal, from inside: where its DHCP server can be made to fall silent, or be replaced. */
export class AccountNamespace {
  readonly #lab: Lab;
  readonly #name: string;
  #rogue: LabProcess | undefined;

  private constructor(lab: Lab, name: string) {
    this.#lab = lab;
    this.#name = name;
  }

  /** The namespace in which the routers of the technician's account are connected. */
  static async find(lab: Lab): Promise<AccountNamespace> {
    const names = (await lab.output("portal", ["ls", "/run/netns"])).trim().split("\n");
    for (const name of names) {
      const routes = await lab.output("portal", ["ip", "-n", name, "route"]);
      if (routes.includes(lab.variable("MACHINE1_REMOTE_NETWORK"))) return new AccountNamespace(lab, name);
    }
    throw new Error(`no account routes ${lab.variable("MACHINE1_REMOTE_NETWORK")}: ${names.join(" ")}`);
  }

  /** Its DHCP server stands still: whoever asks hears nothing. */
  async silenceDhcp(): Promise<void> {
    await this.#signal("STOP");
  }

  /** Another DHCP server answers instead, with addresses of 172.31.9.0/24, which is nobody's here. */
  async replaceDhcp(): Promise<void> {
    const shown = await this.#lab.output("portal", ["ip", "-n", this.#name, "-4", "-brief", "address"]);
    const addresses = [...shown.matchAll(/(10\.[\d.]+)\/32/g)].map(([, address]) => address);
    await this.#serve([
      ...["--dhcp-rapid-commit", "--dhcp-range=172.31.9.50,172.31.9.60,255.255.255.0,1h"],
      // dnsmasq leases of a network that it does not stand in itself only where it is told so, by its own address.
      ...addresses.map((address) => `--shared-network=${address},172.31.9.0`),
    ]);
  }

  /** Another one offers the address that is asked for, and says no when it is to be taken: DHCPNAK. */
  async refuseDhcp(): Promise<void> {
    const accounts = JSON.parse(
      await this.#lab.output("portal", ["/opt/anslut/bin/anslut-portal", "account", "list", "--json"]),
    ) as readonly { readonly name: string; readonly slices: readonly string[] }[];
    const slices = accounts.find(({ name }) => name === this.#lab.variable("ACCOUNT"))?.slices ?? [];
    await this.#serve([
      // Only who takes an offer names the server that it came from (RFC 2131, 4.3.2).
      "--dhcp-match=set:taken,option:server-identifier",
      // A slice is a /20; technicians have its lower half.
      ...slices.map((slice) => {
        const [a, b, c = ""] = slice.split(".");
        return `--dhcp-range=tag:!taken,${a}.${b}.${c}.16,${a}.${b}.${Number(c) + 7}.254,255.255.240.0,1h`;
      }),
    ]);
  }

  /** The command that shows every DHCP message there. */
  eavesdrop(): readonly string[] {
    return [
      "ip",
      "netns",
      "exec",
      this.#name,
      "tcpdump",
      "-i",
      "any",
      "-n",
      "-l",
      "-v",
      "--immediate-mode",
      "udp port 67",
    ];
  }

  /** As it was. */
  async mend(): Promise<void> {
    await this.#rogue?.kill();
    this.#rogue = undefined;
    await this.#signal("CONT");
  }

  /** Starts another server than exchange's, which it starts anew after a pause, again and again while the port is taken. */
  async #serve(options: readonly string[]): Promise<void> {
    await this.#signal("KILL");
    const quiet = ["--conf-file=/dev/null", "--port=0", "--user=root", "--pid-file=", "--log-facility=-"];
    const served = ["--interface=tap*", "--except-interface=lo", "--no-ping", "--leasefile-ro", "--dhcp-authoritative"];
    const dnsmasq = ["dnsmasq", "--keep-in-foreground", ...quiet, ...served, ...options];
    this.#rogue = this.#lab.spawn("portal", ["ip", "netns", "exec", this.#name, ...dnsmasq]);
    await this.#rogue.line(/started, version/);
  }

  async #signal(name: "STOP" | "CONT" | "KILL"): Promise<void> {
    const pids = (await this.#lab.output("portal", ["ip", "netns", "pids", this.#name])).trim().split("\n");
    // One that has ended meanwhile is nobody to signal.
    const each = '[ "$(cat /proc/$pid/comm 2>/dev/null)" != dnsmasq ] || kill -$SIGNAL $pid || :';
    const script = `for pid in "$@"; do ${each}; done`;
    await this.#lab.output("portal", ["sh", "-c", script, "signal", ...pids], { env: { SIGNAL: name } });
  }
}
