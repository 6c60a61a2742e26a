import type { Cause } from "../../contract/causes.ts";
import type { Slice } from "./addresses.ts";
import { canRoute, formatIpv4, isRouter, maskOf, prefixOf, rangeOf, routersDevice } from "./addresses.ts";
import type { AccountContext } from "./link.ts";
import type { Client, Question, Verdict } from "./management.ts";
import { closedMessage, openedMessage, trafficMessage } from "./messages.ts";
import { ip } from "./programs.ts";
import { serverPorts } from "./rules.ts";
import { OpenvpnServer } from "./server.ts";
import { serverConfig } from "./server-config.ts";

const restartMs = 500;
const port = serverPorts.first;

/** The OpenVPN process and TUN that all routers of the account share, and the routes to what lies behind them. */
export class Routers {
  readonly #context: AccountContext;
  #server: OpenvpnServer | undefined;
  /** Networks behind each router, by ticket. */
  readonly #networks = new Map<string, readonly string[]>();
  /** Networks that have a route. */
  readonly #routed = new Set<string>();
  #work: Promise<void> = Promise.resolve();
  #isStopped = false;

  constructor(context: AccountContext) {
    this.#context = context;
  }

  get clients(): readonly Client[] {
    return this.#server?.clients ?? [];
  }

  /** Starts the process; web is told when it listens. */
  async start(): Promise<void> {
    const { account, place, slices, directory } = this.#context;
    const managementSocket = `${directory}/${routersDevice}`;
    const config = serverConfig({
      account,
      place,
      slice: slices[0],
      server: { kind: "routers" },
      device: routersDevice,
      port,
      managementSocket,
    });
    const { link } = this.#context;
    this.#server = await OpenvpnServer.start(
      { place, config, managementSocket },
      {
        authorise: (question) => this.#authorise(question),
        opened: (client) => link.tell(openedMessage(account.account, client)),
        traffic: (client) => link.tell(trafficMessage(account.account, client)),
        closed: (client, detail) => this.#clientGone(client, detail),
        ended: (detail) => this.#revive(detail),
      },
    );
    this.tellListening();
  }

  /** Said after each start, and to a web that has just come back. */
  tellListening(): void {
    const { account, place, link } = this.#context;
    if (this.#server === undefined) return;
    link.tell({ type: "routersListening", account: account.account, address: place.linkAddress, port });
  }

  /** Whether this ticket's router was here to be cut. */
  async close(ticket: string, reason: Cause): Promise<boolean> {
    const client = this.clients.find((other) => other.username === ticket);
    if (client === undefined) return false;
    if ((await this.#server?.halt(client, reason)) === false) await this.#server?.cut(client);
    return true;
  }

  async stop(): Promise<void> {
    this.#isStopped = true;
    await this.#server?.stop();
    await this.#work;
  }

  async #authorise(question: Question): Promise<Verdict> {
    const { account, slices, link } = this.#context;
    const decision = await link.ask(account.account, "router", question);
    if (!decision.allow) return decision;
    // OpenVPN takes routes at the first time only; what is routed stays what was allowed then.
    if (question.again) return { allow: true, lines: [] };
    const bad = problemOf(decision.address, decision.networks, slices);
    if (bad !== undefined) {
      link.log(`${account.account}: router ${question.username} may not have ${bad}`);
      return { allow: false, cause: "badRequest" };
    }
    this.#networks.set(question.username, decision.networks);
    this.#syncRoutes();
    return {
      allow: true,
      lines: [
        ...(decision.address === null ? [] : [`ifconfig-push ${decision.address} ${slices[0].mask}`]),
        ...decision.networks.map(
          (network) => `iroute ${formatIpv4(rangeOf(network).first)} ${maskOf(prefixOf(network))}`,
        ),
      ],
    };
  }

  #clientGone(client: Client, detail: string): void {
    const { account, link } = this.#context;
    this.#networks.delete(client.username);
    this.#syncRoutes();
    link.tell(closedMessage(account.account, client, detail));
  }

  /** Makes the kernel's routes those of the routers that are here; two may bring the same network. */
  #syncRoutes(): void {
    this.#work = this.#work.then(async () => {
      const wanted = new Set([...this.#networks.values()].flat());
      const lines = [
        ...[...this.#routed.difference(wanted)].map((network) => `route del ${network} dev ${routersDevice}`),
        ...[...wanted.difference(this.#routed)].map(
          (network) => `route replace ${network} dev ${routersDevice} src ${this.#context.slices[0].routerGateway}`,
        ),
      ];
      if (lines.length === 0) return;
      try {
        await ip(lines, this.#context.place);
        this.#routed.clear();
        for (const network of wanted) this.#routed.add(network);
      } catch (error) {
        this.#context.link.log(String(error));
      }
    });
  }

  #revive(detail: string): void {
    const { place, link } = this.#context;
    this.#server = undefined;
    link.log(`${place.namespace} routers, starting again: ${detail}`);
    setTimeout(() => {
      if (this.#isStopped) return;
      this.start().catch((error) => this.#revive(String(error)));
    }, restartMs);
  }
}

/** What of a decision cannot be carried out; undefined when nothing. */
function problemOf(address: string | null, networks: readonly string[], slices: readonly [Slice, Slice]) {
  if (address !== null && !isRouter(address, slices[0])) return address;
  return networks.find((network) => !canRoute(network, slices));
}
