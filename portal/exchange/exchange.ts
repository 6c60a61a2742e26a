import { availableParallelism } from "node:os";
import { isDeepStrictEqual } from "node:util";
import type { Cause } from "../../contract/causes.ts";
import { CauseError, failureOf } from "../../contract/causes.ts";
import type { ExchangeAccount, ExchangeMessage } from "../../contract/exchange.ts";
import { Account } from "./account.ts";
import { Lane } from "./lane.ts";
import type { Link } from "./link.ts";
import type { Request } from "./web-socket.ts";

type Result = Extract<ExchangeMessage, { type: "reply" }>["result"];

const done: Result = { type: "done" };

/** All accounts of this host. Each request sets a wanted state and may be repeated; one that fails harms no other. */
export class Exchange {
  readonly #runDirectory: string;
  readonly #link: Link;
  readonly #starts = new Lane(2 * availableParallelism());
  readonly #accounts = new Map<string, Account>();
  /** Whose number it is. */
  readonly #owners = new Map<number, string>();
  /** Accounts that are being made or removed, one change after the other. */
  readonly #changes = new Map<string, Promise<void>>();

  constructor(runDirectory: string, link: Link) {
    this.#runDirectory = runDirectory;
    this.#link = link;
  }

  welcome(): ExchangeMessage {
    const accounts = [...this.#accounts.keys()];
    const tunnels = [...this.#accounts].flatMap(([account, { tunnels: own, routers }]) => [
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

  /** Ends and removes everything. Clients are cut and dial again. */
  async close(): Promise<void> {
    const names = new Set([...this.#accounts.keys(), ...this.#changes.keys()]);
    await Promise.allSettled([...names].map((name) => this.#change(name, () => this.#remove(name, null))));
  }

  async #do(request: Request): Promise<Result> {
    switch (request.type) {
      case "ensureAccount": {
        const { account } = request;
        await this.#change(account.account, () => this.#ensure(account));
        return done;
      }
      case "removeAccount":
        await this.#change(request.account, () => this.#remove(request.account, "revoked"));
        return done;
      case "openTunnel": {
        const account = this.#accounts.get(request.tunnel.account) ?? (await this.#account(request.tunnel.account));
        return { type: "listening", ...(await account.openTunnel(request.tunnel)) };
      }
      case "closeTunnel":
        // The request names no account; one that is being made may be about to open this very tunnel.
        await Promise.all(this.#changes.values());
        for (const account of this.#accounts.values()) if (await account.close(request.tunnel, request.reason)) break;
        return done;
      case "setFlows":
        await (await this.#account(request.account)).setFlows(request.flows);
        return done;
    }
  }

  #change(name: string, work: () => Promise<void>): Promise<void> {
    const before = this.#changes.get(name) ?? Promise.resolve();
    const change = before.then(work);
    const quiet = change
      .catch(() => {})
      .then(() => {
        if (this.#changes.get(name) === quiet) this.#changes.delete(name);
      });
    this.#changes.set(name, quiet);
    return change;
  }

  async #ensure(spec: ExchangeAccount): Promise<void> {
    const held = this.#accounts.get(spec.account);
    if (held !== undefined && isDeepStrictEqual(held.spec, spec)) {
      held.routers.tellListening();
      return;
    }
    // Another key or certificate: its processes must start anew, and its clients dial again.
    if (held !== undefined) await this.#remove(spec.account, null);
    const owner = this.#owners.get(spec.index);
    if (owner !== undefined) throw new CauseError("badRequest", `index ${spec.index} is that of ${owner}`);
    this.#owners.set(spec.index, spec.account);
    try {
      this.#accounts.set(spec.account, await Account.create(spec, this.#runDirectory, this.#link, this.#starts));
    } catch (error) {
      this.#owners.delete(spec.index);
      throw error;
    }
  }

  async #remove(name: string, reason: Cause | null): Promise<void> {
    const account = this.#accounts.get(name);
    if (account === undefined) return;
    this.#accounts.delete(name);
    await account.remove(reason);
    this.#owners.delete(account.spec.index);
  }

  async #account(name: string): Promise<Account> {
    await this.#changes.get(name);
    const account = this.#accounts.get(name);
    if (account === undefined) throw new CauseError("notFound", `account ${name} is not here`);
    return account;
  }
}
