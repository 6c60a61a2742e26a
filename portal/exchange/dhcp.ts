import type { ChildProcess } from "node:child_process";
import { chown, rename, writeFile } from "node:fs/promises";
import { sliceVendorClasses } from "../../contract/constants.ts";
import type { Place, Slice } from "./addresses.ts";
import { programs, start } from "./programs.ts";

export interface DhcpHost {
  readonly device: string;
  readonly mac: string;
  readonly addresses: readonly [string, string];
}

const restartMs = 500;
const capabilities = ["net_admin", "net_raw", "net_bind_service"];

/**
 * The account's DHCP server: one dnsmasq for all its TAPs and both slices (lines tried in notes on dnsmasq 2.90). Which
 * slice a client means is said by its vendor class. No router, no DNS, no pinging before an offer, no lease file:
 * `--dhcp-authoritative` acknowledges a renewal that it has forgotten.
 */
export class DhcpServer {
  readonly #place: Place;
  readonly #slices: readonly [Slice, Slice];
  readonly #hostsFile: string;
  readonly #log: (text: string) => void;
  readonly #hosts = new Map<string, DhcpHost>();
  /** Which MAC an address was promised to in the life of the process: it keeps a lease for hours. */
  readonly #promised = new Map<string, string>();
  #child: ChildProcess | undefined;
  #isStopped = false;
  #work: Promise<void> = Promise.resolve();

  constructor(place: Place, slices: readonly [Slice, Slice], directory: string, log: (text: string) => void) {
    this.#place = place;
    this.#slices = slices;
    this.#hostsFile = `${directory}/hosts`;
    this.#log = log;
  }

  /** Resolves once it serves. */
  start(): Promise<void> {
    return this.#queue(async () => {
      await this.#writeHosts();
      await this.#spawn();
    });
  }

  set(tunnel: string, host: DhcpHost): Promise<void> {
    return this.#queue(async () => {
      for (const [other, { addresses }] of this.#hosts) {
        // Of a tunnel that this one replaces: dnsmasq takes no address twice.
        if (addresses.some((address) => host.addresses.includes(address))) this.#hosts.delete(other);
      }
      this.#hosts.set(tunnel, host);
      await this.#writeHosts();
      const isTaken = host.addresses.some((address) => (this.#promised.get(address) ?? host.mac) !== host.mac);
      if (isTaken) await this.#restart();
      else this.#child?.kill("SIGHUP");
      for (const address of host.addresses) this.#promised.set(address, host.mac);
    });
  }

  remove(tunnel: string): Promise<void> {
    return this.#queue(async () => {
      if (!this.#hosts.delete(tunnel)) return;
      await this.#writeHosts();
      this.#child?.kill("SIGHUP");
    });
  }

  async stop(): Promise<void> {
    this.#isStopped = true;
    this.#child?.kill("SIGKILL");
  }

  /** One change after the other, so that file and signal belong together. */
  #queue(change: () => Promise<void>): Promise<void> {
    const done = this.#work.then(change);
    this.#work = done.catch(() => {});
    return done;
  }

  async #writeHosts(): Promise<void> {
    const lines = [...this.#hosts.values()].flatMap(({ device, mac, addresses: [primary, second] }) => [
      `${mac},tag:${device},tag:!second,${primary}`,
      `${mac},tag:${device},tag:second,${second}`,
    ]);
    const fresh = `${this.#hostsFile}.new`;
    await writeFile(fresh, lines.map((line) => `${line}\n`).join(""), { mode: 0o600 });
    await chown(fresh, this.#place.dhcpUid, this.#place.dhcpUid);
    await rename(fresh, this.#hostsFile);
  }

  async #restart(): Promise<void> {
    const old = this.#child;
    this.#child = undefined;
    this.#promised.clear();
    old?.kill("SIGKILL");
    await this.#spawn();
  }

  /** Resolves when it says that it has started: a SIGHUP before that would end it. */
  #spawn(): Promise<void> {
    const [primary, second] = this.#slices;
    const command = [
      programs.dnsmasq,
      "--keep-in-foreground",
      "--conf-file=/dev/null",
      "--port=0",
      "--user=",
      "--group=",
      "--pid-file=",
      "--log-facility=-",
      "--quiet-dhcp",
      "--interface=tap*",
      "--except-interface=lo",
      "--leasefile-ro",
      "--dhcp-authoritative",
      "--dhcp-rapid-commit",
      "--no-ping",
      `--dhcp-vendorclass=set:second,${sliceVendorClasses[1]}`,
      `--dhcp-range=${networkAddress(primary)},static,${primary.mask},12h`,
      `--dhcp-range=${networkAddress(second)},static,${second.mask},12h`,
      "--dhcp-option=3",
      "--dhcp-option=6",
      `--dhcp-hostsfile=${this.#hostsFile}`,
    ];
    const child = start(this.#place, { uid: this.#place.dhcpUid, capabilities }, command, "");
    this.#child = child;
    return new Promise((resolve, reject) => {
      let said = "";
      child.stderr?.on("data", (chunk: Buffer) => {
        said = (said + chunk.toString()).slice(-1_000);
        if (said.includes("started, version")) resolve();
      });
      child.once("error", reject);
      child.once("close", () => {
        reject(new Error(`dnsmasq ended: ${said.trim()}`));
        if (this.#child !== child || this.#isStopped) return;
        this.#child = undefined;
        this.#log(`dnsmasq of ${this.#place.namespace} ended, starting it again: ${said.trim()}`);
        setTimeout(() => this.#revive(), restartMs);
      });
    });
  }

  #revive(): void {
    if (this.#isStopped) return;
    this.#queue(() => this.#restart()).catch((error) => this.#log(String(error)));
  }
}

function networkAddress(slice: Slice): string {
  return slice.network.slice(0, slice.network.indexOf("/"));
}
