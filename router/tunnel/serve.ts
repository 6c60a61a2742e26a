import { wayKey } from "../../app/core/ways.ts";
import type { Clock } from "../../app/dial/clock.ts";
import type { HelperProgram } from "../../app/dial/helper-program.ts";
import { CauseError, type Failure, failureOf } from "../../contract/causes.ts";
import type { HelperEvent } from "../../contract/helper.ts";
import type { RouterReport } from "../../contract/portal.ts";
import type { Way } from "../../contract/relay.ts";
import type { CredentialStore } from "../credentials/credentials.ts";
import { rotatingTicket } from "../credentials/rotation.ts";
import { serveEcho } from "../echo-server.ts";
import type { ApplyRules } from "../firewall/nft.ts";
import { chooseLans, isTunnelAdapter, networksOf, type ServedLan } from "../firewall/plan.ts";
import { renderFirewall } from "../firewall/template.ts";
import { type InterfaceName, interfaceName } from "../interface-name.ts";
import type { StandingNetwork } from "../interfaces.ts";
import { followOrders } from "../orders/follow.ts";
import { kernelNeighbours, type Neighbourhood } from "../orders/neighbours.ts";
import type { Portal } from "../portal.ts";
import { RouterProblem } from "../problem.ts";
import { forwardingWarnings, lanWarnings, type ReadSysctl, type Warning } from "../warnings.ts";
import { aborted } from "./aborted.ts";
import { dial, type Tunnel } from "./dial.ts";
import type { Tell } from "./report.ts";

export interface ServeOptions {
  readonly store: CredentialStore;
  readonly portal: Portal;
  readonly program: HelperProgram;
  readonly clock: Clock;
  readonly applyRules: ApplyRules;
  readonly standingNetworks: () => readonly StandingNetwork[];
  readonly readSysctl?: ReadSysctl;
  readonly echoPort?: number;
  /** Devices that have answered, and when; kept from tunnel to tunnel. */
  readonly memory?: Map<string, number>;
  readonly neighbours?: Neighbourhood;
  readonly tell: Tell;
}

/** How one attempt ended, and for how long its tunnel stood. */
export interface Outcome {
  readonly failure: Failure;
  readonly stoodMs: number;
}

/** Firewall of a router without a tunnel. */
export function standingRules(store: CredentialStore): string {
  return renderFirewall({ ...devicesOf(store), tunnel: null });
}

/**
 * One tunnel from ticket to end: dials, sets the rules for its LANs, answers echoes, and waits until it is gone or `signal` aborts.
 * Throws {@link RouterProblem} for what a new attempt cannot mend.
 */
export async function serveOnce(options: ServeOptions, signal: AbortSignal): Promise<Outcome> {
  const { clock, tell } = options;
  const startedMs = clock.monotonicMs();
  await tell({ state: "connecting" });
  // What this attempt hangs on the signal goes with the attempt: the program's own lives for years.
  const ending = new AbortController();
  const stop = (): void => ending.abort();
  signal.addEventListener("abort", stop, { once: true });
  if (signal.aborted) stop();
  const session = new Session(options, ending.signal);
  try {
    const tunnel = await session.dial();
    const upMs = clock.monotonicMs();
    await session.begin(tunnel, upMs - startedMs);
    const failure = await Promise.race([tunnel.ended, aborted(ending.signal).then((): Failure => cancelled)]);
    return { failure, stoodMs: clock.monotonicMs() - upMs };
  } catch (error) {
    if (error instanceof RouterProblem) throw error;
    return { failure: failureOf(error), stoodMs: 0 };
  } finally {
    signal.removeEventListener("abort", stop);
    ending.abort();
    await session.end();
  }
}

const cancelled: Failure = { cause: "cancelled", detail: "" };

class Session {
  readonly #options: ServeOptions;
  readonly #signal: AbortSignal;
  #tunnel: Tunnel | undefined;
  #served: readonly ServedLan[] = [];
  #closeEcho: () => void = () => undefined;
  #warned = "";

  constructor(options: ServeOptions, signal: AbortSignal) {
    this.#options = options;
    this.#signal = signal;
  }

  async dial(): Promise<Tunnel> {
    const { store, portal, program, clock } = this.#options;
    this.#tunnel = await dial({
      program,
      clock,
      ticket: () => rotatingTicket(store, (password) => portal.ticket(password, this.#signal)),
      identity: () => ({ certificate: store.current.certificate, privateKey: store.current.privateKey }),
      rememberedWay: store.current.way,
      wrapName: store.current.portal.host,
      onEvent: (event) => this.#take(event),
      signal: this.#signal,
    });
    return this.#tunnel;
  }

  async begin(tunnel: Tunnel, elapsedMs: number): Promise<void> {
    const { store, applyRules, clock, echoPort, tell } = this.#options;
    const { adapter, slice, way } = tunnel;
    if (!isTunnelAdapter(adapter)) throw new CauseError("helperMismatch", "an adapter of a strange name");
    const slices = networksOf(tunnel.ticket.ticket.slices);
    const { served, refused } = chooseLans(tunnel.ticket.lans, slices);
    await applyRules(renderFirewall({ ...devicesOf(store), tunnel: { adapter, slices, lans: served } }));
    this.#closeEcho = await serveEcho({ address: slice.address, clock, ...(echoPort ? { port: echoPort } : {}) });
    if (wayKey(way) !== store.current.way) await store.change({ way: wayKey(way) });
    this.#served = served;
    const shown = { endpoint: endpointText(way), address: slice.address, adapter, elapsedMs: Math.round(elapsedMs) };
    await tell({ state: "connected", ...shown, lans: tunnel.ticket.lans });
    for (const network of refused) await this.#warn({ warning: "lanRefused", values: { network } });
    await this.#lookAround();
    this.#follow();
  }

  #follow(): void {
    const { store, portal, clock, memory = new Map(), neighbours } = this.#options;
    const options = {
      ask: (known: number, signal: AbortSignal) => portal.orders(store.current.password, known, signal),
      report: (report: RouterReport, signal: AbortSignal) => portal.report(store.current.password, report, signal),
      neighbours: neighbours ?? kernelNeighbours(interfaceName(store.current.lan)),
      ...{ served: this.#served, memory, clock, random: Math.random },
    };
    void followOrders(options, this.#signal);
  }

  async end(): Promise<void> {
    this.#closeEcho();
    const tunnel = this.#tunnel;
    if (tunnel === undefined) return;
    this.#tunnel = undefined;
    await tunnel.hangUp();
    await this.#options.applyRules(standingRules(this.#options.store));
  }

  async #take(event: HelperEvent): Promise<void> {
    if (event.type === "networkChanged") await this.#lookAround();
    if (event.type === "routesLost") await this.#tunnel?.restoreRoutes();
    if (event.type === "log" && (event.level === "warn" || event.level === "error")) {
      await this.#options.tell({ state: "helper", level: event.level, text: event.text });
    }
  }

  async #lookAround(): Promise<void> {
    const { store, standingNetworks, readSysctl } = this.#options;
    const tunnel = this.#tunnel;
    if (tunnel === undefined || this.#served.length === 0) return;
    const { lan } = store.current;
    const warnings = [
      ...(await forwardingWarnings([tunnel.adapter, lan], readSysctl)),
      ...lanWarnings(this.#served, lan, standingNetworks()),
    ];
    const text = JSON.stringify(warnings);
    if (text === this.#warned) return;
    this.#warned = text;
    for (const warning of warnings) await this.#warn(warning);
  }

  async #warn(warning: Warning): Promise<void> {
    await this.#options.tell({ state: "warning", ...warning });
  }
}

function devicesOf(store: CredentialStore): { readonly lan: InterfaceName; readonly wan: InterfaceName } {
  return { lan: interfaceName(store.current.lan), wan: interfaceName(store.current.wan) };
}

function endpointText({ host, port, wrap }: Way): string {
  return `${host}:${port}${wrap === null ? "" : " (TLS)"}`;
}
