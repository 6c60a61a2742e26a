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
    await this.#signal("KILL"); // exchange starts it anew after a pause, and again while the port is taken
    const dnsmasq = [
      "dnsmasq",
      "--keep-in-foreground",
      "--conf-file=/dev/null",
      "--port=0",
      "--user=root",
      "--pid-file=",
    ];
    const rest = ["--log-facility=-", "--interface=tap*", "--except-interface=lo", "--no-ping", "--leasefile-ro"];
    this.#rogue = this.#lab.spawn("portal", [
      ...["ip", "netns", "exec", this.#name, ...dnsmasq, ...rest],
      ...["--dhcp-authoritative", "--dhcp-rapid-commit", "--dhcp-range=172.31.9.50,172.31.9.60,255.255.255.0,1h"],
      // dnsmasq leases of a network that it does not stand in itself only where it is told so, by its own address.
      ...addresses.map((address) => `--shared-network=${address},172.31.9.0`),
    ]);
    await this.#rogue.line(/started, version/);
  }

  /** As it was. */
  async mend(): Promise<void> {
    await this.#rogue?.kill();
    this.#rogue = undefined;
    await this.#signal("CONT");
  }

  async #signal(name: "STOP" | "CONT" | "KILL"): Promise<void> {
    const pids = (await this.#lab.output("portal", ["ip", "netns", "pids", this.#name])).trim().split("\n");
    const script =
      'for pid in "$@"; do read -r name </proc/$pid/comm; [ $name != dnsmasq ] || kill -$SIGNAL $pid; done';
    await this.#lab.output("portal", ["sh", "-c", script, "signal", ...pids], { env: { SIGNAL: name } });
  }
}
