import type { Cause } from "../../contract/causes.ts";
import { CauseError } from "../../contract/causes.ts";
import type { ExchangeTunnel } from "../../contract/exchange.ts";
import { allDone } from "./all-done.ts";
import type { AccountContext } from "./link.ts";
import type { Client, Question, Verdict } from "./management.ts";
import { closedMessage, openedMessage, trafficMessage } from "./messages.ts";
import { ip } from "./programs.ts";
import { serverPorts } from "./rules.ts";
import { OpenvpnServer } from "./server.ts";
import { serverConfig } from "./server-config.ts";

/**
 * A technician's tunnel: a TAP or TUN of its own, its guard, its DHCP entry, and one OpenVPN process that serves one client
 * once. A TAP shared by technicians cannot be made safe (OPENVPN-FACTS, 5).
 */
export class Tunnel {
  readonly spec: ExchangeTunnel;
  readonly #context: AccountContext;
  readonly #onEnd: () => void;
  readonly #device: string;
  readonly #port: number;
  #server: OpenvpnServer | undefined;
  #opening: Promise<void> | undefined;
  #closing: Promise<void> | undefined;

  /** `number` is free in the account; it names device and port. */
  constructor(spec: ExchangeTunnel, number: number, context: AccountContext, onEnd: () => void) {
    this.spec = spec;
    this.#context = context;
    this.#onEnd = onEnd;
    this.#device = `${spec.device}${number}`;
    this.#port = serverPorts.first + number;
  }

  get isConnected(): boolean {
    return this.#server?.clients.some((client) => client.isEstablished) === true;
  }

  /** Where front reaches it, once it listens. Asked again it answers the same. */
  async open(): Promise<{ readonly address: string; readonly port: number }> {
    if (this.#closing !== undefined) throw new CauseError("tunnelLost", "it is being closed");
    this.#opening ??= this.#open();
    await this.#opening;
    return { address: this.#context.place.linkAddress, port: this.#port };
  }

  /** Tells the client, ends the process, removes all of it. */
  close(reason: Cause): Promise<void> {
    this.#closing ??= this.#close(reason);
    return this.#closing;
  }

  /**
   * Ends the process and nothing else: for when the whole namespace goes. The client is cut and not told, so that it dials
   * again.
   */
  abandon(): Promise<void> {
    this.#closing ??= (async () => {
      await this.#opening?.catch(() => {});
      await this.#server?.stop();
    })();
    return this.#closing;
  }

  async #open(): Promise<void> {
    const { firewall, dhcp, starts } = this.#context;
    const { tunnel, device, mac, addresses } = this.spec;
    const name = this.#device;
    try {
      firewall.addTunnel(tunnel, { device: name, mac: device === "tap" ? mac : null, addresses });
      const guarded = firewall.sync();
      const leased = device === "tap" ? dhcp.set(tunnel, { device: name, mac, addresses }) : Promise.resolve();
      const made = starts.run(async () => {
        await this.#makeDevice();
        await this.#startServer();
      });
      await allDone([guarded, leased, made]);
    } catch (error) {
      this.#closing ??= this.#tearDown();
      await this.#closing;
      throw error;
    }
  }

  async #makeDevice(): Promise<void> {
    const { place, slices } = this.#context;
    const { device, mac, addresses } = this.spec;
    const name = this.#device;
    const pairs = slices.map((slice, index) => ({ gateway: slice.gateway, address: addresses[index] }));
    const made = [`tuntap add dev ${name} mode ${device} user ${place.uid}`, `link set ${name} up`];
    // dnsmasq has no range for an interface without both gateways; the static neighbour saves the first answer its ARP.
    const own = device === "tap" ? pairs.map(({ gateway }) => `addr add ${gateway}/32 dev ${name}`) : [];
    const ways = pairs.map(({ gateway, address }) => `route replace ${address} dev ${name} src ${gateway}`);
    const near =
      device === "tap" ? addresses.map((address) => `neigh replace ${address} lladdr ${mac} dev ${name}`) : [];
    await ip([...made, ...own, ...ways, ...near], place);
  }

  async #startServer(): Promise<void> {
    const { account, place, slices, directory } = this.#context;
    const managementSocket = `${directory}/${this.#device}`;
    const config = serverConfig({
      account,
      place,
      slice: slices[0],
      server: { kind: this.spec.device },
      device: this.#device,
      port: this.#port,
      managementSocket,
    });
    this.#server = await OpenvpnServer.start(
      { place, config, managementSocket },
      {
        authorise: (question) => this.#authorise(question),
        opened: (client) => this.#context.link.tell(openedMessage(account.account, client)),
        traffic: (client) => this.#context.link.tell(trafficMessage(account.account, client)),
        closed: (client, detail) => this.#clientGone(client, detail),
        ended: (detail) => this.#processGone(detail),
      },
    );
  }

  async #authorise(question: Question): Promise<Verdict> {
    // The process serves one ticket; whoever comes with another name is not asked about.
    if (question.username !== this.spec.tunnel || this.#closing !== undefined) {
      return { allow: false, cause: "ticketRefused" };
    }
    const decision = await this.#context.link.ask(this.spec.account, "technician", question);
    if (!decision.allow) return decision;
    const [primary] = this.#context.slices;
    const push = `ifconfig-push ${this.spec.addresses[0]} ${primary.mask}`;
    return { allow: true, lines: this.spec.device === "tun" ? [push] : [] };
  }

  async #close(reason: Cause): Promise<void> {
    // The way is shut before anything else, and before whoever gets this address next.
    this.#context.firewall.removeTunnel(this.spec.tunnel);
    const shut = this.#context.firewall.sync().catch(() => {});
    await this.#opening?.catch(() => {});
    for (const client of this.#server?.clients ?? []) await this.#server?.halt(client, reason);
    await shut;
    await this.#tearDown();
  }

  #clientGone(client: Client, detail: string): void {
    this.#context.link.tell(closedMessage(this.spec.account, client, detail));
    this.#closing ??= this.#tearDown();
  }

  #processGone(detail: string): void {
    if (this.#closing !== undefined) return;
    const { link, place } = this.#context;
    link.log(`${place.namespace} ${this.#device}: ${detail}`);
    const { account, tunnel } = this.spec;
    link.tell({
      type: "tunnelClosed",
      account,
      tunnel,
      received: 0,
      sent: 0,
      seconds: 0,
      detail: detail.slice(0, 2000),
    });
    this.#closing = this.#tearDown();
  }

  async #tearDown(): Promise<void> {
    const { firewall, dhcp, place, link } = this.#context;
    firewall.removeTunnel(this.spec.tunnel);
    const results = await Promise.allSettled([
      firewall.sync(),
      dhcp.remove(this.spec.tunnel),
      (this.#server?.stop() ?? Promise.resolve()).then(() => ip([`link del ${this.#device}`], place)),
    ]);
    for (const result of results) if (result.status === "rejected") link.log(String(result.reason));
    this.#onEnd();
  }
}
