import { isDeepStrictEqual } from "node:util";
import type { AgentRequest } from "../../../contract/agent.ts";
import { CauseError, failureOf } from "../../../contract/causes.ts";
import type { LoginAnswer } from "../../../contract/portal.ts";
import type { KeptFile } from "../files/kept-file.ts";
import { findPortal, type PortalLink } from "../portal/portal-link.ts";
import type { Portals } from "../portal/portals.ts";
import type { PolicyRead } from "../settings/policy.ts";
import type { KnownPortal, Settings } from "../settings/settings.ts";
import type { Store } from "../store.ts";
import type { Proxies } from "../ways/proxies.ts";
import type { KeptSecrets } from "./kept-secrets.ts";
import { questionOf } from "./questions.ts";

type Password = Pick<Extract<AgentRequest, { readonly type: "login" }>, "account" | "user" | "password" | "remember">;

/** What is being signed in with; kept in memory while a question is open, forgotten after. */
type Attempt =
  | { readonly with: "password"; readonly password: Password }
  | { readonly with: "device" }
  | { readonly with: "code"; readonly pending: string; readonly password: Password; readonly code: string | null };

export interface SignInOptions {
  readonly store: Store;
  readonly settings: KeptFile<Settings>;
  readonly portals: Portals;
  readonly proxies: Proxies;
  readonly secrets: KeptSecrets;
  readonly policy: () => Promise<PolicyRead>;
  readonly laptop: string;
  /** A session is there: follow its events. */
  readonly onSession: (link: PortalLink) => void;
  /** The session ends: the last chance to say something in it. Never rejects. */
  readonly onEnd: () => Promise<void>;
}

/** Signing in and out of a portal. Every way ends in an event for the reducer. */
export class SignIn {
  readonly #options: SignInOptions;
  #attempt: Attempt | null = null;
  /** Ends what is sent right now, whoever sent it: also what goes on behind a question, which no request waits for. */
  #sending = new AbortController();
  #ending: Promise<void> = Promise.resolve();

  constructor(options: SignInOptions) {
    this.#options = options;
  }

  async withPassword(host: string | null, password: Password, signal: AbortSignal): Promise<void> {
    await this.#begin(host, { with: "password", password }, signal);
  }

  /** Throws `signedOut` when no device is remembered. */
  async withDevice(host: string | null, signal: AbortSignal): Promise<void> {
    await this.#begin(host, { with: "device" }, signal);
  }

  /** Answers the second factor. A wrong code leaves the question open. Throws `badRequest` when there is none. */
  async answerCode(code: string, signal: AbortSignal): Promise<void> {
    const attempt = this.#attempt;
    if (attempt?.with !== "code") throw new CauseError("badRequest", "no code was asked for");
    const link = this.#options.portals.needCurrent();
    try {
      await this.#take(await link.client.loginCode({ pending: attempt.pending, code }, signal), attempt.password, link);
    } catch (error) {
      if (signal.aborted) throw new CauseError("cancelled"); // the question stays
      if (error instanceof CauseError && error.cause === "codeRefused") throw error;
      await this.#fail(error, { ...attempt, code }, link);
      throw error;
    }
  }

  /** Goes on behind a question that was answered (effect `resumeSignIn`). */
  resume(): void {
    const attempt = this.#attempt;
    if (attempt === null) {
      this.#options.store.dispatch({ type: "signInFailed", failure: { cause: "loginExpired", detail: "" } });
      return;
    }
    void this.#run(attempt).catch(() => undefined);
  }

  /** Gets a new session by the remembered device, without a word to anybody. False: there is none, or it is no good. */
  async renew(link: PortalLink, signal: AbortSignal): Promise<boolean> {
    const deviceToken = await this.#options.secrets.read(secretName(link.host));
    if (deviceToken === null) return false;
    try {
      const answer = await link.client.loginDevice({ deviceToken, device: this.#options.laptop }, signal);
      if (answer.next !== "signedIn") return false;
      await this.#keep(answer, null, link);
      return true;
    } catch (error) {
      if (isDeviceRefused(error)) await this.#forgetDevice(link.host);
      return false;
    }
  }

  /** Calls the portal, in a new session where the one there was is over. Throws what the call throws. */
  async inSession<Value>(link: PortalLink, call: () => Promise<Value>, signal: AbortSignal): Promise<Value> {
    if (!link.hasSession && !(await this.renew(link, signal))) throw new CauseError("signedOut");
    try {
      return await call();
    } catch (error) {
      if (!(error instanceof CauseError) || error.cause !== "signedOut") throw error;
      if (!(await this.renew(link, signal))) throw error;
      return await call();
    }
  }

  /** What must not get out, for whoever makes sure of that. */
  get secrets(): readonly string[] {
    const attempt = this.#attempt;
    if (attempt === null || attempt.with === "device") return [];
    const code = attempt.with === "code" ? [attempt.pending, attempt.code ?? ""] : [];
    return [attempt.password.password, ...code];
  }

  /** Ends the session once `tunnel` is gone, at the portal too when it is to be told; then no device is remembered. */
  end(portal: "tell" | "known", tunnel: Promise<void>): void {
    this.#attempt = null;
    this.#sending.abort();
    this.#ending = tunnel.then(() => this.#end(portal)).catch(() => undefined);
  }

  /** Resolves when the last session that was ended is forgotten. */
  ended(): Promise<void> {
    return this.#ending;
  }

  async #end(portal: "tell" | "known"): Promise<void> {
    const link = this.#options.portals.current;
    if (link === null) return;
    if (portal === "tell" && link.hasSession) {
      await this.#options.onEnd();
      await link.client.logout(AbortSignal.timeout(5000)).catch(() => undefined);
      await this.#forgetDevice(link.host);
    }
    this.#options.portals.leave();
  }

  async #begin(host: string | null, attempt: Attempt, signal: AbortSignal): Promise<void> {
    const { portals, store } = this.#options;
    await this.#ending;
    await portals.ready(host, signal);
    portals.enter(host);
    store.dispatch({ type: "signInStarted" });
    await this.#run(attempt, signal);
  }

  async #run(attempt: Attempt, asked?: AbortSignal): Promise<void> {
    const link = this.#options.portals.needCurrent();
    this.#sending = new AbortController();
    const signal = asked ? AbortSignal.any([asked, this.#sending.signal]) : this.#sending.signal;
    try {
      const answer = await this.#send(attempt, link, signal);
      await this.#take(answer, attempt.with === "device" ? null : attempt.password, link);
    } catch (thrown) {
      const error = signal.aborted ? new CauseError("cancelled") : thrown;
      await this.#fail(error, attempt, link);
      if (this.#options.store.model.session.state !== "asking") throw error;
    }
  }

  async #send(attempt: Attempt, link: PortalLink, signal: AbortSignal): Promise<LoginAnswer> {
    const { laptop, secrets } = this.#options;
    if (attempt.with === "password") {
      const remember = attempt.password.remember && secrets.mayKeep;
      return await link.client.login({ ...attempt.password, remember, client: "agent", device: laptop }, signal);
    }
    if (attempt.with === "code") {
      if (attempt.code === null) throw new CauseError("loginExpired");
      return await link.client.loginCode({ pending: attempt.pending, code: attempt.code }, signal);
    }
    const deviceToken = await secrets.read(secretName(link.host));
    if (deviceToken === null) throw new CauseError("signedOut", "no device is remembered");
    return await link.client.loginDevice({ deviceToken, device: laptop }, signal);
  }

  async #take(answer: LoginAnswer, password: Password | null, link: PortalLink): Promise<void> {
    const { store, portals } = this.#options;
    if (portals.current !== link) throw new CauseError("cancelled"); // signed out, or in elsewhere, meanwhile
    if (answer.next === "secondFactor") {
      if (password === null) throw new CauseError("portalFault", "a remembered device was asked for a code");
      this.#attempt = { with: "code", pending: answer.pending, password, code: null };
      const question = { about: "secondFactor", expires: answer.expires } as const;
      store.dispatch({ type: "questionRaised", question, pending: "signIn" });
      return;
    }
    this.#attempt = null;
    const who = await this.#keep(answer, password, link);
    if (portals.current !== link) throw new CauseError("cancelled");
    store.dispatch({ type: "signInSucceeded", identity: { portal: link.host, ...who } });
    this.#options.onSession(link);
  }

  async #keep(
    answer: Extract<LoginAnswer, { readonly next: "signedIn" }>,
    password: Password | null,
    link: PortalLink,
  ): Promise<{ readonly account: string; readonly user: string }> {
    const { secrets } = this.#options;
    if (answer.token === null) throw new CauseError("portalFault", "no session token");
    link.setToken(answer.token);
    await link.announced(answer.pins).catch(() => undefined);
    const remembered = findPortal(this.#options.settings.value, link.host)?.remembered;
    const who = password ?? remembered ?? (await link.client.me());
    const names = { account: who.account, user: who.user };
    if (secrets.mayKeep) await this.#note(link.host, { last: names });
    if (answer.deviceToken !== null && (await secrets.keep(secretName(link.host), answer.deviceToken))) {
      await this.#note(link.host, { remembered: names });
    } else if (password !== null && !password.remember) await this.#forgetDevice(link.host);
    return names;
  }

  async #fail(error: unknown, attempt: Attempt, link: PortalLink): Promise<void> {
    const { portals, proxies, store } = this.#options;
    const { host } = link;
    const question = questionOf(error, { host, proxies, policy: await this.#options.policy() });
    if (portals.current !== link) return; // it was ended; what goes on now is somebody else's
    if (question) {
      this.#attempt = attempt;
      store.dispatch({ type: "questionRaised", question, pending: "signIn" });
      return;
    }
    if (attempt.with === "device" && isDeviceRefused(error)) await this.#forgetDevice(host);
    this.#attempt = null;
    portals.leave();
    const failure = failureOf(error);
    // Who cancelled knows that they did.
    store.dispatch({ type: "signInFailed", failure: failure.cause === "cancelled" ? null : failure });
  }

  async #note(host: string, change: Partial<Pick<KnownPortal, "remembered" | "last">>): Promise<void> {
    const known = findPortal(this.#options.settings.value, host);
    if (isDeepStrictEqual({ ...known, ...change }, known)) return;
    await this.#options.settings
      .change((settings) => ({
        ...settings,
        portals: settings.portals.map((portal) => (portal.host === host ? { ...portal, ...change } : portal)),
      }))
      .catch(() => undefined);
  }

  async #forgetDevice(host: string): Promise<void> {
    await this.#options.secrets.forget(secretName(host));
    if (findPortal(this.#options.settings.value, host)?.remembered) await this.#note(host, { remembered: null });
  }
}

function isDeviceRefused(error: unknown): boolean {
  return error instanceof CauseError && ["credentialsRefused", "loginExpired", "signedOut"].includes(error.cause);
}

export function secretName(host: string): string {
  return `device ${host}`;
}
