import type { Socket } from "node:dgram";
import { chmod, mkdir, rm } from "node:fs/promises";
import type { Cause } from "../../contract/causes.ts";
import { CauseError } from "../../contract/causes.ts";
import type { ExchangeAccount, ExchangeTunnel, Flow } from "../../contract/exchange.ts";
import { areTechnicians, canRoute, isGroupMac, isNetwork, overlap, placeOf, prefixOf, sliceOf } from "./addresses.ts";
import { allDone } from "./all-done.ts";
import { DhcpServer } from "./dhcp.ts";
import { Firewall } from "./firewall.ts";
import type { Lane } from "./lane.ts";
import type { AccountContext, Link } from "./link.ts";
import { answerEchoes, createNamespace, prepareNamespace, removeNamespace } from "./namespace.ts";
import { Routers } from "./routers.ts";
import { Tunnel } from "./tunnel.ts";

const maxTunnels = 9_999;

/** One account on this host: a network namespace and everything in it. */
export class Account {
  readonly #context: AccountContext;
  readonly #routers: Routers;
  readonly #tunnels = new Map<string, Tunnel>();
  readonly #numbers = new Set<number>();
  #lastNumber = 0;
  #echoes: readonly Socket[] = [];

  private constructor(context: AccountContext) {
    this.#context = context;
    this.#routers = new Routers(context);
  }

  /** Makes it; when that fails, nothing of it stays. */
  static async create(account: ExchangeAccount, runDirectory: string, link: Link, starts: Lane): Promise<Account> {
    checkAccount(account);
    const place = placeOf(account.index);
    const slices = [sliceOf(account.slices[0]), sliceOf(account.slices[1])] as const;
    const directory = `${runDirectory}/${account.index}`;
    const firewall = new Firewall(place, slices);
    const dhcp = new DhcpServer(place, slices, directory, (text) => link.log(text));
    const created = new Account({ account, place, slices, directory, firewall, dhcp, link, starts });
    try {
      await starts.run(() => created.#make());
    } catch (error) {
      await created.remove(null).catch(() => {});
      throw error;
    }
    return created;
  }

  get spec(): ExchangeAccount {
    return this.#context.account;
  }

  get tunnels(): readonly Tunnel[] {
    return [...this.#tunnels.values()];
  }

  get routers(): Routers {
    return this.#routers;
  }

  async openTunnel(spec: ExchangeTunnel): Promise<{ readonly address: string; readonly port: number }> {
    const held = this.#tunnels.get(spec.tunnel);
    if (held !== undefined) return await held.open();
    if (!areTechnicians(spec.addresses, this.#context.slices)) {
      throw new CauseError("badRequest", `${spec.addresses.join(" and ")} are no technician's addresses here`);
    }
    if (isGroupMac(spec.mac)) throw new CauseError("badRequest", `${spec.mac} is no address of one machine`);
    const owner = this.tunnels.find((other) => other.spec.addresses[0] === spec.addresses[0]);
    // Not waited for: its client is most likely gone without a word, and the new one is in a hurry.
    void owner?.close("tunnelReplaced");
    const number = this.#freeNumber();
    const tunnel = new Tunnel(spec, number, this.#context, () => {
      this.#tunnels.delete(spec.tunnel);
      this.#numbers.delete(number);
    });
    this.#numbers.add(number);
    this.#tunnels.set(spec.tunnel, tunnel);
    return await tunnel.open();
  }

  /** Closes a technician's tunnel or a router's connection. What is not here is closed already. */
  async close(ticket: string, reason: Cause): Promise<boolean> {
    const tunnel = this.#tunnels.get(ticket);
    if (tunnel === undefined) return await this.#routers.close(ticket, reason);
    await tunnel.close(reason);
    return true;
  }

  async setFlows(flows: readonly Flow[]): Promise<void> {
    const odd = flows.find(
      ({ destination, ports }) => !isNetwork(destination) || (ports !== null && ports[0] > ports[1]),
    );
    if (odd !== undefined) throw new CauseError("badRequest", `no such flow: ${JSON.stringify(odd)}`);
    this.#context.firewall.setFlows(flows);
    await this.#context.firewall.sync();
  }

  /** Removes all of it. With a reason technicians are told not to come back; without one they are cut, and dial again. */
  async remove(reason: Cause | null): Promise<void> {
    const { place, dhcp, directory } = this.#context;
    if (reason !== null) await Promise.allSettled(this.tunnels.map((tunnel) => tunnel.close(reason)));
    const abandoned = this.tunnels.map((tunnel) => tunnel.abandon());
    await Promise.allSettled([...abandoned, this.#routers.stop(), dhcp.stop()]);
    for (const socket of this.#echoes) socket.close();
    await removeNamespace(place);
    await rm(directory, { recursive: true, force: true });
  }

  async #make(): Promise<void> {
    const { place, slices, directory, firewall, dhcp } = this.#context;
    const [primary, second] = slices;
    await mkdir(directory, { recursive: true });
    await chmod(directory, 0o711);
    await createNamespace(place, slices);
    const addresses = [primary.gateway, second.gateway, primary.routerGateway];
    const prepared = prepareNamespace(place, addresses).then((echoes) => {
      this.#echoes = echoes;
      for (const socket of echoes) answerEchoes(socket);
    });
    await allDone([prepared, firewall.load(), dhcp.start(), this.#routers.start()]);
  }

  /** Counts up before it comes back to a number, so that a port is not used again at once. */
  #freeNumber(): number {
    for (let step = 1; step <= maxTunnels; step += 1) {
      const number = ((this.#lastNumber + step - 1) % maxTunnels) + 1;
      if (this.#numbers.has(number)) continue;
      this.#lastNumber = number;
      return number;
    }
    throw new CauseError("busy", `${maxTunnels} tunnels are open`);
  }
}

function checkAccount({ slices }: ExchangeAccount): void {
  const [primary, second] = [sliceOf(slices[0]), sliceOf(slices[1])];
  const isFit =
    slices.every((slice) => isNetwork(slice) && prefixOf(slice) >= 16 && prefixOf(slice) <= 24) &&
    primary.prefix === second.prefix &&
    !overlap(primary.range, second.range) &&
    slices.every((slice) => canRoute(slice, []));
  if (!isFit) throw new CauseError("badRequest", `${slices.join(" and ")} are no slices of an account`);
}
