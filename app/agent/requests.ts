import type { AgentRequest, AgentResult, ProxySetting } from "../../contract/agent.ts";
import { CauseError } from "../../contract/causes.ts";
import type { HttpProxy } from "../../contract/relay.ts";
import { assertNever } from "../core/assert-never.ts";
import { canDial, canHangUp, canLogin, canLogout } from "../core/predicates.ts";
import type { Diagnostics } from "./doctor/diagnostics.ts";
import type { Doctor } from "./doctor/doctor.ts";
import type { MergedLog } from "./doctor/merged-log.ts";
import { settled } from "./faces/answers.ts";
import type { RequestContext } from "./faces/face-connection.ts";
import { askedFor } from "./faces/face-connection.ts";
import type { Journal } from "./history/journal.ts";
import type { AddressBook } from "./machines/address-book.ts";
import type { MachineList } from "./machines/machine-list.ts";
import { connect, disconnect } from "./machines/machine-requests.ts";
import type { MachinesActor } from "./machines/machines.ts";
import type { Reachability } from "./machines/reachability.ts";
import type { PortalStreams } from "./portal/portal-streams.ts";
import type { Portals } from "./portal/portals.ts";
import { mayAcceptCertificate } from "./session/questions.ts";
import type { SignIn } from "./session/sign-in.ts";
import type { PolicyRead } from "./settings/policy.ts";
import type { PreferenceKeeper } from "./settings/preferences.ts";
import type { Store } from "./store.ts";
import type { SleepWatch } from "./tunnel/sleep-watch.ts";
import type { ProxyRequests } from "./ways/proxy-requests.ts";

export interface RequestsOptions {
  readonly store: Store;
  readonly portals: Portals;
  readonly signIn: SignIn;
  readonly machines: MachinesActor;
  readonly machineList: MachineList;
  readonly book: AddressBook;
  readonly streams: PortalStreams;
  readonly preferences: PreferenceKeeper;
  readonly sleep: SleepWatch;
  readonly diagnostics: Diagnostics;
  readonly proxies: ProxyRequests;
  readonly journal: Journal;
  readonly doctor: Doctor;
  readonly reachability: Reachability;
  readonly log: MergedLog;
  readonly policy: () => Promise<PolicyRead>;
  /** Reads anew what this computer stands in and needs. */
  readonly lookAround: () => Promise<void>;
  readonly quit: () => void;
}

const done: AgentResult = { type: "done" };

/** Answers the requests of faces. What a request may do in a state, the predicates of core say. */
export class Requests {
  readonly #options: RequestsOptions;

  constructor(options: RequestsOptions) {
    this.#options = options;
  }

  async answer(request: AgentRequest, context: RequestContext): Promise<AgentResult> {
    const { store, portals, signIn, machineList, proxies, journal, doctor, log } = this.#options;
    const { signal } = context;
    switch (request.type) {
      case "portals":
        return await portals.list();
      case "inspectPortal":
        return await portals.inspect(request.address, signal);
      case "addPortal":
        await portals.add(request.address, request.fingerprint, signal);
        return done;
      case "removePortal":
        await portals.remove(request.host);
        return done;
      case "login": {
        const { account, user, password, remember } = request;
        return await this.#login(
          `${account}/${user}`,
          () => signIn.withPassword(request.portal, { account, user, password, remember }, signal),
          signal,
        );
      }
      case "loginRemembered":
        return await this.#login(null, () => signIn.withDevice(request.portal, signal), signal);
      case "answerCode":
        await signIn.answerCode(request.code, signal);
        return await settled(store, "signedIn", signal);
      case "answerCertificate":
        return await this.#answerCertificate(request.accept, signal);
      case "answerProxy":
        return await this.#answerProxy(request, signal);
      case "answerTakeOver":
        return await this.#answerTakeOver(request.accept, signal);
      case "logout":
        return await this.#logout(signal);
      case "dial":
        return await this.#dial(signal);
      case "hangUp":
        return await this.#hangUp(signal);
      case "machines":
        return await machineList.page({ search: request.search, limit: request.limit, after: request.after }, signal);
      case "connect":
        return await connect(this.#options, request, signal);
      case "disconnect":
        return await disconnect(this.#options, request.machine, signal);
      case "followMachines":
        return await this.#options.book.follow(context.part, signal);
      case "mark":
        await this.#options.book.mark(request.machine, request.mark);
        return done;
      case "handOver":
        return await this.#handOver(signal);
      case "portalStream":
        context.become(await this.#options.streams.open(portals.needCurrent(), signal));
        return done;
      case "annotate":
        await journal.annotate(request.entry, request.note);
        return done;
      case "diagnostics":
        return await this.#options.diagnostics.collect(signal);
      case "setPreferences":
        await this.#options.preferences.set(request.preferences);
        return done;
      case "power":
        this.#options.sleep.hint(request.event);
        return done;
      case "history":
        if (request.where === "here") return await journal.page(request.limit);
        return { type: "history", page: await portals.needCurrent().client.history({ limit: request.limit }, signal) };
      case "doctor":
        return { type: "diagnosis", diagnosis: await doctor.examine(request.portal, request.language, context) };
      case "check":
        if (store.view.identity === null) throw new CauseError("signedOut");
        return await this.#options.reachability.examine(request, context);
      case "logs":
        return { type: "logs", lines: [...(await log.lines(request.lines, signal))] };
      case "proxy":
        return await proxies.show();
      case "setProxy":
        return await this.#setProxy(request.setting, request.credentials);
      case "quit":
        this.#options.quit();
        return done;
      case "cancel":
        return done; // the connection has done it (face-connection.ts)
      default:
        return assertNever(request);
    }
  }

  async #login(who: string | null, signIn: () => Promise<void>, signal: AbortSignal): Promise<AgentResult> {
    const { store, portals } = this.#options;
    const { session, identity, tunnel } = store.view;
    if (tunnel === null) {
      if (!canLogin(store.view) && session.state !== "signedIn" && session.state !== "failed") {
        throw new CauseError("badRequest", "a tunnel is on its way: hang up first");
      }
      if (identity !== null) await this.#logout(signal);
    } else {
      // A tunnel that outlived its agent has no session any more; the same person may give it a new one.
      const same = identity !== null && (who === null || who === `${identity.account}/${identity.user}`);
      if (!same || portals.current?.hasSession) throw new CauseError("badRequest", "a tunnel is up: hang up first");
    }
    await signIn();
    return await settled(store, "signedIn", signal);
  }

  async #logout(signal: AbortSignal): Promise<AgentResult> {
    const { store, signIn } = this.#options;
    const isOnTheWayIn = ["signingIn", "asking"].includes(store.view.session.state);
    if (!canLogout(store.view) && !isOnTheWayIn) throw new CauseError("signedOut");
    store.dispatch({ type: "signOutAsked" });
    await store.waitFor(({ session }) => session.state === "signedOut", signal);
    await signIn.ended();
    return done;
  }

  async #handOver(signal: AbortSignal): Promise<AgentResult> {
    const { portals, signIn } = this.#options;
    const link = portals.needCurrent();
    const { code } = await signIn.inSession(link, () => link.client.handOver(signal), signal);
    return { type: "handOver", address: link.origin, code };
  }

  async #answerCertificate(accept: boolean, signal: AbortSignal): Promise<AgentResult> {
    const { store, portals, policy } = this.#options;
    const { session } = store.view;
    if (session.state !== "asking" || session.question.about !== "certificateChanged") {
      throw new CauseError("badRequest", "nothing was asked about a certificate");
    }
    if (!accept) {
      store.dispatch({ type: "questionDeclined", failure: { cause: "certificateChanged", detail: "" } });
      return done;
    }
    if (!mayAcceptCertificate(await policy())) throw new CauseError("policyForbids");
    await portals.needCurrent().accept(session.question.shown);
    return await this.#goOn(signal);
  }

  /** What runs over the old setting is not worth keeping, and a proxy's open question is answered by it. */
  async #setProxy(setting: ProxySetting, credentials: HttpProxy["credentials"]): Promise<AgentResult> {
    const { store, portals, proxies } = this.#options;
    await proxies.set(setting, credentials);
    portals.current?.dropConnections();
    void this.#options.lookAround(); // a machine's network must not cover the new proxy
    const { session } = store.view;
    if (session.state === "asking" && session.question.about === "proxyPassword") {
      store.dispatch({ type: "questionAnswered" });
    }
    return done;
  }

  async #answerProxy(
    request: Extract<AgentRequest, { readonly type: "answerProxy" }>,
    signal: AbortSignal,
  ): Promise<AgentResult> {
    const { session } = this.#options.store.view;
    if (session.state !== "asking" || session.question.about !== "proxyPassword") {
      throw new CauseError("badRequest", "no proxy asked for a password");
    }
    const { username, password, keep } = request;
    await this.#options.proxies.keep(session.question, { username, password }, keep ? "keep" : "forSession");
    return await this.#goOn(signal);
  }

  async #answerTakeOver(accept: boolean, signal: AbortSignal): Promise<AgentResult> {
    const { store } = this.#options;
    const { session } = store.view;
    if (session.state !== "asking" || session.question.about !== "takeOver") {
      throw new CauseError("badRequest", "nothing was asked about a tunnel");
    }
    store.dispatch({ type: "takeOverAnswered", accept });
    return await settled(store, "ready", signal);
  }

  async #goOn(signal: AbortSignal): Promise<AgentResult> {
    const { store } = this.#options;
    const { pending } = store.model;
    store.dispatch({ type: "questionAnswered" });
    // Who looked at a portal goes on by itself, and hears what came of it.
    if (pending === "look") return done;
    return await settled(store, pending === "dial" ? "ready" : "signedIn", signal);
  }

  async #dial(signal: AbortSignal): Promise<AgentResult> {
    const { store } = this.#options;
    if (store.view.session.state === "ready") return done;
    if (store.view.identity === null) throw new CauseError("signedOut");
    if (canDial(store.view)) store.dispatch({ type: "dialAsked" });
    try {
      return await settled(store, "ready", signal);
    } catch (error) {
      // A face that only went away leaves the tunnel to the others; one that cancelled does not want it.
      if (signal.reason === askedFor && canHangUp(store.view)) store.dispatch({ type: "hangUpAsked" });
      throw error;
    }
  }

  async #hangUp(signal: AbortSignal): Promise<AgentResult> {
    const { store } = this.#options;
    if (canHangUp(store.view)) store.dispatch({ type: "hangUpAsked" });
    await store.waitFor(({ session }) => session.state !== "hangingUp", signal);
    return done;
  }
}
