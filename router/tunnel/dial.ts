import { planWays } from "../../app/core/ways.ts";
import type { Clock } from "../../app/dial/clock.ts";
import { wait } from "../../app/dial/clock.ts";
import { type HelperClient, openHelper } from "../../app/dial/helper-client.ts";
import type { HelperProgram } from "../../app/dial/helper-program.ts";
import { connectCall } from "../../app/dial/ticket.ts";
import { CauseError, type Failure } from "../../contract/causes.ts";
import type { Connect, HelperEvent, Slice } from "../../contract/helper.ts";
import type { RouterTicket } from "../../contract/portal.ts";
import type { Way } from "../../contract/relay.ts";
import { version } from "../version.ts";
import { aborted } from "./aborted.ts";

/** The helper has limits of its own for each step; this one is for a helper that hangs. */
const dialLimitMs = 90_000;
const hangUpLimitMs = 5_000;

export interface DialOptions {
  readonly program: HelperProgram;
  readonly clock: Clock;
  /** Asked once the helper is known to be there and free: a ticket is good for one tunnel and not for long. */
  readonly ticket: () => Promise<RouterTicket>;
  readonly identity: () => NonNullable<Connect["identity"]>;
  readonly rememberedWay: string | null;
  /** Names the portal where a firewall wants to see TLS. */
  readonly wrapName: string;
  /** While the tunnel stands: `networkChanged`, `routesLost`, `log`, … */
  readonly onEvent: (event: HelperEvent) => void | Promise<void>;
  readonly signal: AbortSignal;
}

export interface Tunnel {
  readonly ticket: RouterTicket;
  readonly way: Way;
  readonly adapter: string;
  readonly slice: Slice;
  /** Why it is gone, once it is. */
  readonly ended: Promise<Failure>;
  /** Sets the account's route again, after something else on this box took it away. */
  restoreRoutes(): Promise<void>;
  hangUp(): Promise<void>;
}

/** Opens one tunnel through the helper. Throws CauseError; then nothing of it is left. */
export async function dial(options: DialOptions): Promise<Tunnel> {
  const steps = new Steps(options.onEvent);
  const helper = await openHelper({
    program: options.program,
    client: `anslut-router ${version}`,
    onEvent: (event) => steps.take(event),
  });
  const ended = Promise.race([steps.closed, helper.ended.then(whyEnded)]);
  try {
    await clearLeftover(helper);
    const ticket = await Promise.race([ticketOf(options), failing(ended), cancel(options.signal)]);
    const ways = waysOf(ticket, options);
    const opened = Promise.all([helper.ask(connectCall(ticket.ticket, ways, options.identity())), steps.addressed]);
    const [, { slice, adapter }] = await Promise.race([opened, failing(ended), limit(options), cancel(options.signal)]);
    const way = ways[steps.way] ?? ways[0];
    if (way === undefined) throw new CauseError("internal", "the helper won by no way");
    return {
      ticket,
      way,
      adapter,
      slice,
      ended,
      restoreRoutes: () => restoreRoutes(helper),
      hangUp: () => hangUp(helper, options.clock),
    };
  } catch (error) {
    await hangUp(helper, options.clock);
    throw error;
  }
}

type Addressed = Extract<HelperEvent, { readonly type: "addressed" }>;

class Steps {
  readonly #onEvent: DialOptions["onEvent"];
  readonly #addressed = Promise.withResolvers<Addressed>();
  readonly #closed = Promise.withResolvers<Failure>();
  way = 0;

  constructor(onEvent: DialOptions["onEvent"]) {
    this.#onEvent = onEvent;
  }

  get addressed(): Promise<Addressed> {
    return this.#addressed.promise;
  }

  get closed(): Promise<Failure> {
    return this.#closed.promise;
  }

  async take(event: HelperEvent): Promise<void> {
    if (event.type === "wayWon") this.way = event.way;
    if (event.type === "addressed") this.#addressed.resolve(event);
    if (event.type === "closed") this.#closed.resolve({ cause: event.cause ?? "tunnelLost", detail: event.detail });
    if (event.type === "taken") this.#closed.resolve({ cause: "tunnelReplaced", detail: "another router program" });
    await this.#onEvent(event);
  }
}

async function ticketOf({ signal, ticket }: DialOptions): Promise<RouterTicket> {
  if (signal.aborted) throw new CauseError("cancelled");
  return await ticket();
}

/** A tunnel of an earlier run that did not end well: its ticket is spent and its LANs unknown, so it is no use to us. */
async function clearLeftover(helper: HelperClient): Promise<void> {
  if (helper.welcome.tunnel === "none") return;
  if (helper.welcome.tunnel === "foreign") throw new CauseError("busy", "another user's tunnel");
  try {
    await helper.ask({ type: "resume" });
    await helper.ask({ type: "disconnect" });
  } catch {
    // Its 30 s were over in between; if not, `connect` says so.
  }
}

function waysOf(ticket: RouterTicket, { rememberedWay, wrapName }: DialOptions): readonly Way[] {
  const { endpoints } = ticket.ticket;
  return planWays({ endpoints, routes: [{ kind: "direct" }], wrapName, remembered: rememberedWay });
}

/** A router needs no routes besides the account's, which the helper keeps by itself. */
async function restoreRoutes(helper: HelperClient): Promise<void> {
  await helper.setRoutes([]);
}

async function hangUp(helper: HelperClient, clock: Clock): Promise<void> {
  const answered = new AbortController();
  const done = (): void => answered.abort();
  helper.ask({ type: "disconnect" }).then(done, done); // refused where there is nothing to disconnect
  await wait(clock, hangUpLimitMs, answered.signal);
  helper.close();
}

function whyEnded(failure: Failure | null): Failure {
  return failure ?? { cause: "tunnelLost", detail: "" };
}

async function failing(ended: Promise<Failure>): Promise<never> {
  const { cause, detail } = await ended;
  throw new CauseError(cause, detail);
}

async function limit({ clock, signal }: DialOptions): Promise<never> {
  await wait(clock, dialLimitMs, signal);
  throw new CauseError("tunnelLost", "the helper did not finish in time");
}

async function cancel(signal: AbortSignal): Promise<never> {
  await aborted(signal);
  throw new CauseError("cancelled");
}
