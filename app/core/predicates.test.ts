import { describe, expect, test } from "vitest";
import { causes } from "../../contract/causes.ts";
import type { AgentState, Session } from "../../contract/state.ts";
import { reconnectDelayMs } from "./backoff.ts";
import { viewOf } from "./model.ts";
import { networkFingerprint } from "./network-identity.ts";
import {
  canConnect,
  canDial,
  canDisconnect,
  canHangUp,
  canLogin,
  canLogout,
  dialOutcome,
  isRetryable,
} from "./predicates.ts";
import { models, openPhase, readyWith } from "./testing/models.ts";

const may = {
  canLogin: [canLogin, ["signedOut", "signingIn", "asking"]],
  canLogout: [
    canLogout,
    ["signedIn", "dialling", "securing", "addressing", "ready", "reconnecting", "suspended", "hangingUp", "failed"],
  ],
  canDial: [canDial, ["signedIn", "failed", "reconnecting", "suspended"]],
  canHangUp: [canHangUp, ["dialling", "securing", "addressing", "ready", "reconnecting", "suspended", "failed"]],
  canConnect: [canConnect, ["ready"]],
} satisfies Record<string, readonly [(state: AgentState) => boolean, readonly Session["state"][]]>;

describe.each(Object.entries(may))("%s", (_, [predicate, where]) => {
  test.each(Object.entries(models))("in state %s", (state, model) => {
    expect(predicate(viewOf(model))).toBe((where as readonly string[]).includes(state));
  });
});

test("there is something to disconnect while a connection is not closing already", () => {
  expect(canDisconnect(viewOf(models.ready))).toBe(false);
  expect(canDisconnect(viewOf(readyWith(openPhase)))).toBe(true);
  expect(canDisconnect(viewOf(readyWith({ at: "closing" })))).toBe(false);
});

test("a dial is decided by a tunnel, a failure, or a person who thought better of it", () => {
  const failure = { cause: "noWay", detail: "" } as const;
  expect(dialOutcome(models.ready.session)).toBe("ready");
  expect(dialOutcome({ state: "failed", failure, retryable: true })).toEqual(failure);
  expect(dialOutcome({ state: "signedIn" })).toBe("givenUp");
  expect(dialOutcome({ state: "signedOut" })).toBe("givenUp");
  expect(dialOutcome({ state: "hangingUp", next: "signedIn" })).toBeUndefined();
  expect(dialOutcome(models.dialling.session)).toBeUndefined();
});

test("what only a person can mend is not tried again by itself", () => {
  const forGood = [
    "revoked",
    "certificateChanged",
    "tlsInspected",
    "credentialsRefused",
    "policyForbids",
    "tunnelReplaced",
  ];
  for (const cause of causes) if (forGood.includes(cause)) expect(isRetryable(cause)).toBe(false);
  expect(isRetryable("noWay")).toBe(true);
});

test("the pause before a retry grows to 30 s and spreads by a fifth either way", () => {
  expect([1, 2, 3, 4, 5, 6, 7, 50].map((attempt) => reconnectDelayMs(attempt, 0.5))).toEqual([
    0, 1000, 2000, 5000, 10_000, 20_000, 30_000, 30_000,
  ]);
  expect(reconnectDelayMs(7, 0)).toBe(24_000);
  expect(reconnectDelayMs(7, 0.999)).toBeLessThan(36_001);
  expect(reconnectDelayMs(1, 0.9)).toBe(0);
});

test("a network is recognised by its gateway's MAC and its own numbers", () => {
  const localNetworks = [{ network: "10.9.0.0/16" }, { network: "192.168.1.0/24" }];
  const gateway = { address: "192.168.1.1", mac: "02:00:00:00:00:01" };
  expect(networkFingerprint({ gateway, localNetworks })).toBe("02:00:00:00:00:01 192.168.1.0/24");
  expect(networkFingerprint({ gateway: { ...gateway, mac: null }, localNetworks })).toBe("192.168.1.1 192.168.1.0/24");
  expect(networkFingerprint({ gateway, localNetworks: [] })).toBe("02:00:00:00:00:01 -");
  expect(networkFingerprint({ gateway: null, localNetworks })).toBeNull();
});
