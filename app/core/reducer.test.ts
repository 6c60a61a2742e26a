import { describe, expect, test } from "vitest";
import type { Session } from "../../contract/state.ts";
import type { AgentEvent } from "./events.ts";
import type { Model } from "./model.ts";
import { emptyModel, viewOf } from "./model.ts";
import { reduce } from "./reducer.ts";
import {
  effectsOf,
  endpoint,
  identity,
  intent,
  lost,
  models,
  moment,
  now,
  play,
  tunnel,
  wish,
} from "./testing/models.ts";

type State = Session["state"];

const states = Object.keys(models) as readonly State[];
const refused = { cause: "credentialsRefused", detail: "" } as const;
const revoked = { cause: "revoked", detail: "" } as const;
const code = { about: "secondFactor", expires: now } as const;
const proxy = { about: "proxyPassword", host: "proxy.test", port: 3128, refused: false } as const;

/** Event → what it makes of each state; a state that is not named stays as it is, without an effect. */
const table: readonly {
  readonly event: AgentEvent;
  readonly becomes: Partial<Record<State, readonly [State, ...string[]]>>;
}[] = [
  { event: { type: "signInStarted" }, becomes: Object.fromEntries(states.map((state) => [state, ["signingIn"]])) },
  {
    event: { type: "questionRaised", question: code, pending: "signIn" },
    becomes: Object.fromEntries(states.map((state) => [state, ["asking"]])),
  },
  { event: { type: "questionAnswered" }, becomes: { asking: ["signingIn", "resumeSignIn"] } },
  { event: { type: "questionDeclined", failure: refused }, becomes: { asking: ["signedOut"] } },
  {
    event: { type: "signInSucceeded", identity },
    becomes: {
      ...Object.fromEntries(states.map((state) => [state, ["signedIn"]])),
      // A tunnel that stands already goes on, as soon as it has answered.
      ready: ["addressing", "probeTunnel"],
      suspended: ["addressing", "probeTunnel"],
      hangingUp: ["addressing", "probeTunnel"],
    },
  },
  {
    event: { type: "signInFailed", failure: refused },
    becomes: {
      ...Object.fromEntries(states.map((state) => [state, ["signedOut"]])),
      ready: ["addressing", "probeTunnel"],
      suspended: ["addressing", "probeTunnel"],
      hangingUp: ["addressing", "probeTunnel"],
    },
  },
  {
    event: { type: "signOutAsked" },
    becomes: {
      signedOut: ["signedOut", "endSession"],
      signingIn: ["signedOut", "endSession"],
      asking: ["signedOut", "endSession"],
      signedIn: ["signedOut", "endSession"],
      failed: ["signedOut", "endSession"],
      dialling: ["hangingUp", "cancelRetry", "closeTunnel", "endSession"],
      securing: ["hangingUp", "cancelRetry", "closeTunnel", "endSession"],
      addressing: ["hangingUp", "cancelRetry", "closeTunnel", "endSession"],
      ready: ["hangingUp", "cancelRetry", "closeTunnel", "endSession"],
      reconnecting: ["hangingUp", "cancelRetry", "closeTunnel", "endSession"],
      suspended: ["hangingUp", "cancelRetry", "closeTunnel", "endSession"],
      hangingUp: ["hangingUp", "cancelRetry", "closeTunnel", "endSession"],
    },
  },
  {
    event: { type: "sessionEnded", failure: revoked },
    becomes: {
      signedOut: ["signedOut", "endSession"],
      signingIn: ["signedOut", "endSession"],
      asking: ["signedOut", "endSession"],
      signedIn: ["signedOut", "endSession"],
      failed: ["signedOut", "endSession"],
      dialling: ["hangingUp", "cancelRetry", "closeTunnel", "endSession"],
      securing: ["hangingUp", "cancelRetry", "closeTunnel", "endSession"],
      addressing: ["hangingUp", "cancelRetry", "closeTunnel", "endSession"],
      ready: ["hangingUp", "cancelRetry", "closeTunnel", "endSession"],
      reconnecting: ["hangingUp", "cancelRetry", "closeTunnel", "endSession"],
      suspended: ["hangingUp", "cancelRetry", "closeTunnel", "endSession"],
      hangingUp: ["hangingUp", "cancelRetry", "closeTunnel", "endSession"],
    },
  },
  {
    event: { type: "dialAsked" },
    becomes: {
      signedIn: ["dialling", "cancelRetry", "startTunnel"],
      failed: ["dialling", "cancelRetry", "startTunnel"],
      reconnecting: ["dialling", "cancelRetry", "startTunnel"],
      suspended: ["dialling", "cancelRetry", "startTunnel"],
    },
  },
  {
    event: { type: "hangUpAsked" },
    becomes: {
      failed: ["signedIn"],
      dialling: ["hangingUp", "cancelRetry", "closeTunnel"],
      securing: ["hangingUp", "cancelRetry", "closeTunnel"],
      addressing: ["hangingUp", "cancelRetry", "closeTunnel"],
      ready: ["hangingUp", "cancelRetry", "closeTunnel"],
      reconnecting: ["hangingUp", "cancelRetry", "closeTunnel"],
      suspended: ["hangingUp", "cancelRetry", "closeTunnel"],
    },
  },
  { event: { type: "retryDue" }, becomes: { reconnecting: ["dialling", "cancelRetry", "startTunnel"] } },
  { event: { type: "wayTried", endpoint }, becomes: { dialling: ["dialling"] } },
  { event: { type: "wayWon", endpoint }, becomes: { dialling: ["securing"] } },
  { event: { type: "secured" }, becomes: { securing: ["addressing"] } },
  { event: { type: "addressed", tunnel }, becomes: { addressing: ["addressing", "probeTunnel"] } },
  {
    event: { type: "trafficCounted", received: 7, sent: 8 },
    becomes: { ready: ["ready"], suspended: ["suspended"], hangingUp: ["hangingUp"] },
  },
  {
    event: { type: "gatewayAnswered", roundTripMs: 41 },
    becomes: { ready: ["ready"], suspended: ["ready"], hangingUp: ["hangingUp"] },
  },
  { event: { type: "gatewaySilent" }, becomes: { ready: ["reconnecting", "closeTunnel", "scheduleRetry"] } },
  {
    event: { type: "tunnelClosed", failure: lost },
    becomes: {
      dialling: ["failed", "cancelRetry"],
      securing: ["failed", "cancelRetry"],
      addressing: ["failed", "cancelRetry"],
      ready: ["reconnecting", "scheduleRetry"],
      suspended: ["suspended"],
    },
  },
  {
    event: { type: "tunnelClosed", failure: revoked },
    becomes: {
      dialling: ["failed", "cancelRetry"],
      securing: ["failed", "cancelRetry"],
      addressing: ["failed", "cancelRetry"],
      ready: ["failed", "cancelRetry"],
      suspended: ["suspended"],
    },
  },
  { event: { type: "hungUp" }, becomes: { hangingUp: ["signedIn"] } },
  {
    event: { type: "tunnelResumed", tunnel, endpoint },
    becomes: Object.fromEntries(states.map((state) => [state, ["addressing", "probeTunnel"]])),
  },
  { event: { type: "foreignTunnelFound", ticket: "t0" }, becomes: { dialling: ["asking"] } },
  { event: { type: "takeOverAnswered", accept: true }, becomes: {} },
  {
    event: { type: "networkLost" },
    becomes: {
      dialling: ["suspended", "cancelRetry"],
      securing: ["suspended", "cancelRetry"],
      addressing: ["suspended", "cancelRetry"],
      ready: ["suspended", "cancelRetry"],
      reconnecting: ["suspended", "cancelRetry"],
      suspended: ["suspended", "cancelRetry"],
    },
  },
  {
    event: { type: "networkFound" },
    becomes: {
      reconnecting: ["dialling", "cancelRetry", "startTunnel"],
      ready: ["ready", "probeTunnel"],
      suspended: ["suspended", "probeTunnel"],
      hangingUp: ["hangingUp", "probeTunnel"],
    },
  },
  {
    event: { type: "dozed" },
    becomes: { ready: ["suspended"] },
  },
  {
    event: { type: "woke" },
    becomes: {
      reconnecting: ["dialling", "cancelRetry", "startTunnel"],
      ready: ["suspended", "probeTunnel"],
      suspended: ["suspended", "probeTunnel"],
      hangingUp: ["hangingUp", "probeTunnel"],
    },
  },
];

const nameOf = (event: AgentEvent) =>
  `${event.type}${"failure" in event && event.failure ? `(${event.failure.cause})` : ""}`;

describe.each(table.map((row) => ({ ...row, name: nameOf(row.event) })))("$name", ({ event, becomes }) => {
  test.each(states)("in state %s", (state) => {
    const { state: next, effects } = reduce(models[state], event, moment);
    const [becoming, ...doing] = becomes[state] ?? [state];
    expect(next.session.state).toBe(becoming);
    expect(effects.map(({ type }) => type)).toEqual(doing);
    if (!becomes[state]) expect(next).toBe(models[state]);
  });
});

describe("what belongs to the computer", () => {
  test.each<[AgentEvent, Partial<Model>]>([
    [{ type: "helperChanged", helper: "missing" }, { helper: "missing" }],
    [{ type: "keyringChanged", keyring: true }, { keyring: true }],
    [{ type: "noticed", failure: lost }, { notice: lost }],
  ])("%j changes only that", (event, change) => {
    for (const state of states)
      expect(play(models[state], event)).toEqual({ state: { ...models[state], ...change }, effects: [] });
  });

  test("stays when nobody is signed in any more", () => {
    const model: Model = { ...models.signedIn, helper: "available", keyring: true };
    expect(play(model, { type: "signOutAsked" }).state).toEqual({ ...emptyModel, helper: "available", keyring: true });
  });
});

const dialled: readonly AgentEvent[] = [
  { type: "dialAsked" },
  { type: "wayTried", endpoint },
  { type: "wayWon", endpoint },
  { type: "secured" },
  { type: "addressed", tunnel },
  { type: "gatewayAnswered", roundTripMs: 41 },
];

describe("a dial", () => {
  test("is ready only after the gateway's echo", () => {
    const before = play(models.signedIn, ...dialled.slice(0, -1)).state;
    expect(before.session.state).toBe("addressing");
    const { state } = play(models.signedIn, ...dialled);
    expect(state.session).toEqual({ state: "ready", endpoint, since: now });
    expect(state.tunnel?.roundTripMs).toBe(41);
  });

  test("whose tunnel never answers fails with echoSilent and leaves nothing", () => {
    const reduction = play(models.signedIn, ...dialled.slice(0, -1), { type: "gatewaySilent" });
    expect(reduction.state.session).toMatchObject({
      state: "failed",
      failure: { cause: "echoSilent" },
      retryable: true,
    });
    expect(effectsOf(reduction).slice(-2)).toEqual(["closeTunnel", "cancelRetry"]);
    expect(reduction.state.tunnel).toBeNull();
  });

  test("that was hung up while it was under way ends where it began", () => {
    const { state } = play(models.signedIn, { type: "dialAsked" }, { type: "hangUpAsked" }, { type: "hungUp" });
    expect(state).toEqual(models.signedIn);
  });

  test("that meets a tunnel of somebody else's agent asks; yes goes on with it, no ends it and dials", () => {
    const asking = play(models.dialling, { type: "foreignTunnelFound", ticket: "t0" });
    expect(asking.state.session).toEqual({ state: "asking", question: { about: "takeOver", ticket: "t0" } });
    const yes = play(asking.state, { type: "takeOverAnswered", accept: true });
    expect(yes.effects).toEqual([{ type: "adoptTunnel", ticket: "t0" }]);
    const no = play(asking.state, { type: "takeOverAnswered", accept: false });
    expect(no.state.session).toEqual({ state: "hangingUp", next: "dial" });
    expect(effectsOf(play(no.state, { type: "hungUp" }))).toEqual(["cancelRetry", "startTunnel"]);
    expect(effectsOf(play(asking.state, { type: "hangUpAsked" }))).toEqual(["cancelRetry", "closeTunnel"]);
  });

  test("that a proxy stops asks for its password and goes on from there", () => {
    const asking = play(models.dialling, { type: "questionRaised", question: proxy, pending: "dial" });
    const answered = play(asking.state, { type: "questionAnswered" });
    expect(answered.state.session.state).toBe("dialling");
    expect(effectsOf(answered)).toEqual(["startTunnel"]);
    const declined = play(asking.state, { type: "questionDeclined", failure: lost });
    expect(declined.state.session).toEqual({ state: "failed", failure: lost, retryable: true });
    expect(declined.state.identity).toEqual(identity);
    expect(play(asking.state, { type: "hangUpAsked" }).state.session.state).toBe("signedIn");
  });
});

describe("a tunnel that is lost", () => {
  test("is dialled again at once, then ever later, until it answers", () => {
    let model = models.ready;
    const delays: number[] = [];
    for (let attempt = 1; attempt <= 8; attempt++) {
      const { state, effects } = play(model, { type: "tunnelClosed", failure: lost });
      delays.push(...effects.flatMap((effect) => (effect.type === "scheduleRetry" ? [effect.delayMs] : [])));
      expect(state.session).toMatchObject({ state: "reconnecting", attempt, why: lost });
      model = play(state, { type: "retryDue" }).state;
      expect(model.session).toEqual({ state: "dialling", endpoint: null, attempt });
    }
    expect(delays).toEqual([0, 1000, 2000, 5000, 10_000, 20_000, 30_000, 30_000]);
    const again = play(
      model,
      { type: "wayWon", endpoint },
      { type: "secured" },
      { type: "addressed", tunnel },
      {
        type: "gatewayAnswered",
        roundTripMs: 1,
      },
    ).state;
    expect(play(again, { type: "tunnelClosed", failure: lost }).state.session).toMatchObject({ attempt: 1, at: now });
  });

  test("says why while it is dialled again, and no longer when it answers", () => {
    const again = play(models.ready, { type: "tunnelClosed", failure: lost }, { type: "retryDue" }).state;
    expect(again).toMatchObject({ session: { state: "dialling" }, notice: lost });
    expect(play(again, ...dialled.slice(1)).state).toMatchObject({ session: { state: "ready" }, notice: null });
  });

  test("says when the next attempt is", () => {
    const { state } = play({ ...models.ready, attempt: 2 }, { type: "tunnelClosed", failure: lost });
    expect(state.session).toMatchObject({ at: "2026-11-21T12:00:01.000Z" });
  });

  test.each(["revoked", "tunnelReplaced", "policyForbids", "serverUntrusted"] as const)(
    "for good (%s) is not",
    (cause) => {
      const { state } = play(models.ready, { type: "tunnelClosed", failure: { cause, detail: "" } });
      expect(state.session).toMatchObject({ state: "failed", retryable: false });
      expect(state).toMatchObject({ wanted: false, tunnel: null, connections: [] });
    },
  );

  test("while it is being dialled again keeps the person's wish and its connections", () => {
    const connected = play(
      models.ready,
      { type: "connectAsked", machine: "m1", name: "M-1", wish },
      { type: "intentOpened", intent },
    );
    const { state } = play(connected.state, { type: "tunnelClosed", failure: lost });
    expect(viewOf(state).connections).toMatchObject([{ machine: "m1", status: { state: "waiting" } }]);
    const again = play(
      state,
      { type: "retryDue" },
      { type: "wayWon", endpoint },
      { type: "secured" },
      { type: "addressed", tunnel },
      {
        type: "gatewayAnswered",
        roundTripMs: 1,
      },
    );
    expect(again.effects).toContainEqual({ type: "requestIntent", machine: "m1", wish });
  });
});

describe("a computer on the move", () => {
  test("without a network waits instead of counting failures, and dials when it has one", () => {
    const away = play(models.reconnecting, { type: "networkLost" }).state;
    expect(away.session).toEqual({ state: "suspended", why: "noNetwork" });
    expect(effectsOf(play(away, { type: "networkFound" }))).toEqual(["cancelRetry", "startTunnel"]);
  });

  test("whose attempt to come back began without a network begins anew when it has one", () => {
    const again = play(models.ready, { type: "tunnelClosed", failure: lost }, { type: "retryDue" }).state;
    expect(again.session.state).toBe("dialling");
    expect(effectsOf(play(again, { type: "networkFound" }))).toEqual(["cancelRetry", "startTunnel"]);
  });

  test("keeps a tunnel that outlives the break", () => {
    const away = play(models.ready, { type: "networkLost" }, { type: "gatewaySilent" }).state;
    expect(away.session.state).toBe("suspended");
    const back = play(away, { type: "networkFound" }, { type: "gatewayAnswered", roundTripMs: 40 }).state;
    expect(back.session.state).toBe("ready");
  });

  test("gives a tunnel up that does not", () => {
    const { state } = play(models.ready, { type: "networkLost" }, { type: "networkFound" }, { type: "gatewaySilent" });
    expect(state.session).toMatchObject({ state: "reconnecting", why: { cause: "echoSilent" } });
  });

  test("is not green after sleep before an echo came", () => {
    const woken = play(models.ready, { type: "woke" });
    expect(woken.state.session).toEqual({ state: "suspended", why: "sleep" });
    expect(effectsOf(woken)).toEqual(["probeTunnel"]);
    expect(play(woken.state, { type: "gatewaySilent" }).state.session.state).toBe("reconnecting");
    expect(play(woken.state, { type: "gatewayAnswered", roundTripMs: 1 }).state.session.state).toBe("ready");
    expect(play(woken.state, { type: "tunnelClosed", failure: lost }).state.session.state).toBe("reconnecting");
  });

  test("says so when it falls asleep, and is not green until an echo came after that", () => {
    const asleep = play(models.ready, { type: "dozed" });
    expect(asleep.state.session).toEqual({ state: "suspended", why: "sleep" });
    expect(asleep.effects).toEqual([]);
    expect(play(asleep.state, { type: "gatewayAnswered", roundTripMs: 1 }).state.session.state).toBe("ready");
    expect(effectsOf(play(asleep.state, { type: "woke" }))).toEqual(["probeTunnel"]);
  });

  test.each(["dozed", "woke"] as const)(
    "hangs up when it %s, where the person wants no tunnel back after that",
    (type) => {
      const preferences = { ...models.ready.preferences, reconnectAfterSleep: false };
      const hung = play({ ...models.ready, preferences }, { type });
      expect(hung.state).toMatchObject({ session: { state: "hangingUp", next: "signedIn" }, wanted: false });
      expect(effectsOf(hung)).toEqual(["cancelRetry", "closeTunnel"]);
      const dialling = { ...models.dialling, preferences };
      expect(play(dialling, { type }).state).toBe(dialling);
      const moved = play({ ...models.ready, preferences }, { type: "networkLost" }, { type });
      expect(moved.state.session.state).toBe("hangingUp");
    },
  );

  test("whose tunnel ends while it has no network dials when it has one", () => {
    const { state } = play(models.ready, { type: "networkLost" }, { type: "tunnelClosed", failure: lost });
    expect(state).toMatchObject({ session: { state: "suspended" }, tunnel: null });
    expect(effectsOf(play(state, { type: "networkFound" }))).toEqual(["cancelRetry", "startTunnel"]);
  });
});

describe("signing out", () => {
  test("with a tunnel hangs up first and keeps the reason in sight", () => {
    const ending = play(models.ready, { type: "sessionEnded", failure: revoked });
    expect(ending.state.session).toEqual({ state: "hangingUp", next: "signedOut" });
    const { state } = play(ending.state, { type: "hungUp" });
    expect(state).toEqual({ ...emptyModel, notice: revoked });
  });

  test("tells the portal only what it does not know", () => {
    expect(play(models.signedIn, { type: "signOutAsked" }).effects).toEqual([{ type: "endSession", tell: true }]);
    expect(play(models.signedIn, { type: "sessionEnded", failure: revoked }).effects).toEqual([
      { type: "endSession", tell: false },
    ]);
  });
});
