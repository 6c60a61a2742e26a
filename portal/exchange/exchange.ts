import { isDeepStrictEqual } from "node:util";
import { CauseError, failureOf } from "../../contract/causes.ts";
import type { ExchangeAccount, ExchangeMessage } from "../../contract/exchange.ts";
import { Account } from "./account.ts";
import type { Link } from "./link.ts";
import type { Request } from "./web-socket.ts";

type Result = Extract<ExchangeMessage, { type: "reply" }>["result"];

const done: Result = { type: "done" };

/** All accounts of this host. Each request sets a wanted state and may be repeated; one that fails harms no other. */
export class Exchange {
  readonly #runDirectory: string;
  readonly #link: Link;
  readonly #accounts = new Map<string, Promise<Account>>();
  /** Accounts that stand, for what must be known at once. */
  readonly #standing = new Map<string, Account>();

  constructor(runDirectory: string, link: Link) {
    this.#runDirectory = runDirectory;
    this.#link = link;
  }

  welcome(): ExchangeMessage {
    const accounts = [...this.#standing.keys()];
    const tunnels = [...this.#standing].flatMap(([account, { tunnels: own, routers }]) => [
      ...own.map(({ spec, isConnected }) => ({ tunnel: spec.tunnel, account, connected: isConnected })),
      ...routers.clients.map((client) => ({ tunnel: client.username, account, connected: client.isEstablished })),
    ]);
    return { type: "welcome", protocol: 1, accounts, tunnels };
  }

  /** Does what web asked and answers it. */
  async serve(request: Request): Promise<void> {
    try {
      this.#link.tell({ type: "reply", id: request.id, result: await this.#do(request) });
    } catch (error) {
      const { cause, detail } = failureOf(error);
      this.#link.log(`${request.type}: ${cause} ${detail}`);
      this.#link.tell({ type: "refusal", id: request.id, cause, detail });
    }
  }

  /** Ends and removes everything. */
  async close(): Promise<void> {
    await Promise.allSettled([...this.#accounts.keys()].map((account) => this.#remove(account)));
  }

  async #do(request: Request): Promise<Result> {
    switch (request.type) {
      case "ensureAccount":
        await this.#ensure(request.account);
        return done;
      case "removeAccount":
        await this.#remove(request.account);
        return done;
      case "openTunnel": {
        const account = await this.#account(request.tunnel.account);
        return { type: "listening", ...(await account.openTunnel(request.tunnel)) };
      }
      case "closeTunnel":
        for (const account of this.#standing.values()) if (await account.close(request.tunnel, request.reason)) break;
        return done;
      case "setFlows":
        await (await this.#account(request.account)).setFlows(request.flows);
        return done;
    }
  }

  async #ensure(spec: ExchangeAccount): Promise<void> {
    const held = await this.#accounts.get(spec.account)?.catch(() => undefined);
    if (held !== undefined && isDeepStrictEqual(held.spec, spec)) return held.routers.tellListening();
    // Another key or certificate: its processes must start anew, and its clients dial again.
    if (held !== undefined) await this.#remove(spec.account);
    const making = this.#accounts.get(spec.account) ?? this.#make(spec);
    this.#accounts.set(spec.account, making);
    await making;
  }

  async #make(spec: ExchangeAccount): Promise<Account> {
    for (const [account, other] of this.#standing) {
      if (other.spec.index === spec.index) throw new CauseError("badRequest", `${account} has index ${spec.index}`);
    }
    try {
      const account = await Account.create(spec, this.#runDirectory, this.#link);
      this.#standing.set(spec.account, account);
      return account;
    } catch (error) {
      this.#accounts.delete(spec.account);
      throw error;
    }
  }

  async #remove(name: string): Promise<void> {
    const making = this.#accounts.get(name);
    if (making === undefined) return;
    const account = await making.catch(() => undefined);
    this.#standing.delete(name);
    await account?.remove();
    this.#accounts.delete(name);
  }

  async #account(name: string): Promise<Account> {
    const account = await this.#accounts.get(name);
    if (account === undefined) throw new CauseError("notFound", `account ${name} is not here`);
    return account;
  }
}
