import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { Route, WayPlan } from "./ways.ts";
import { endpointOf, maxWays, planWays, wayKey } from "./ways.ts";

const host = "portal.test";
const endpoints = [443, 80, 1194].map((port) => ({ host, port }));
const direct: Route = { kind: "direct" };
const proxy: Route = { kind: "proxy", proxy: { host: "proxy.office", port: 3128, credentials: null } };
const plan: WayPlan = { endpoints, routes: [direct], wrapName: host, remembered: null };

const shown = (given: Partial<WayPlan>) =>
  planWays({ ...plan, ...given }).map((way) => `${way.proxy ? "proxy " : ""}${way.port}${way.wrap ? " wrapped" : ""}`);

describe("the order of ways", () => {
  test("without memory is 1194, 443, 80 bare, then wrapped on 443", () => {
    expect(shown({})).toEqual(["1194", "443", "80", "443 wrapped"]);
  });

  test("begins with what worked here", () => {
    const remembered = wayKey({ host, port: 443, proxy: null, wrap: { serverName: host } });
    expect(shown({ remembered })).toEqual(["443 wrapped", "1194", "443", "80"]);
    expect(shown({ remembered: "gone.test:443 direct bare" })).toEqual(["1194", "443", "80", "443 wrapped"]);
  });

  test("has a proxy behind the straight ways, with 443 first, where the setting says so", () => {
    expect(shown({ routes: [direct, proxy] })).toEqual([
      "1194",
      "443",
      "80",
      "443 wrapped",
      "proxy 443",
      "proxy 443 wrapped",
      "proxy 1194",
      "proxy 80",
    ]);
  });

  test("tries a proxy that the setting names first before the straight ways, with its best way", () => {
    expect(shown({ routes: [proxy, direct] }).slice(0, 5)).toEqual(["proxy 443", "1194", "443", "80", "443 wrapped"]);
    expect(shown({ routes: [proxy] })).toEqual(["proxy 443", "proxy 443 wrapped", "proxy 1194", "proxy 80"]);
  });

  test("of HTTPS knows no wrapping, and begins where browsers do", () => {
    expect(shown({ wrapName: null })).toEqual(["443", "1194", "80"]);
  });

  test("wraps on what there is where the portal has no 443", () => {
    expect(shown({ endpoints: [{ host, port: 8443 }] })).toEqual(["8443", "8443 wrapped"]);
  });

  test("keeps the portal's order between hosts", () => {
    const two = ["a.test", "b.test"].flatMap((name) => [1194, 443].map((port) => ({ host: name, port })));
    const ways = planWays({ ...plan, endpoints: two, wrapName: null });
    expect(ways.map((way) => `${way.host}:${way.port}`)).toEqual([
      "a.test:443",
      "b.test:443",
      "a.test:1194",
      "b.test:1194",
    ]);
  });

  test("never repeats a way, never exceeds what the relay takes, and always keeps the remembered one", () => {
    const endpoint = fc.record({
      host: fc.constantFrom("a.test", "b.test", "c.test"),
      port: fc.constantFrom(80, 443, 1194, 8443),
    });
    const route = fc.constantFrom<Route>(direct, proxy, {
      kind: "proxy",
      proxy: { host: "other.office", port: 8080, credentials: { username: "u", password: "p" } },
    });
    const plans = fc.record({
      endpoints: fc.uniqueArray(endpoint, {
        minLength: 1,
        maxLength: 12,
        selector: (one) => `${one.host}:${one.port}`,
      }),
      routes: fc.uniqueArray(route, { minLength: 1, maxLength: 3 }),
      wrapName: fc.constantFrom(host, null),
      pick: fc.nat(),
    });
    fc.assert(
      fc.property(plans, ({ pick, ...given }) => {
        const ways = planWays({ ...given, remembered: null });
        const keys = ways.map(wayKey);
        expect(keys.length).toBeGreaterThan(0);
        expect(keys.length).toBeLessThanOrEqual(maxWays);
        expect(new Set(keys).size).toBe(keys.length);
        const remembered = keys[pick % keys.length]!;
        expect(planWays({ ...given, remembered }).map(wayKey)[0]).toBe(remembered);
      }),
    );
  });
});

test("neither the key nor the shown endpoint of a way holds a password", () => {
  const way = {
    host,
    port: 443,
    proxy: { host: "p", port: 1, credentials: { username: "secret-user", password: "secret" } },
    wrap: null,
  };
  expect(wayKey(way) + JSON.stringify(endpointOf(way))).not.toContain("secret");
  expect(endpointOf(way)).toEqual({ host, port: 443, proxy: "p:1", wrapped: false });
});
