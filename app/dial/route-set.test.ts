import { expect, test } from "vitest";
import type { RouteAnswer, RouteCall } from "./route-set.ts";
import { RouteSet } from "./route-set.ts";

/** A helper that keeps a set of routes as ours does: it refuses `forbidden` and takes differences to its latest revision. */
function openHelper(forbidden: string) {
  const standing = new Set<string>();
  const heard: RouteCall[] = [];
  const helper = { standing, heard, revision: 0 };
  const judge = (network: string) => {
    if (network === forbidden) return { network, state: "refused", cause: "overlap", detail: "" } as const;
    standing.add(network);
    return { network, state: "set", cause: null, detail: "" } as const;
  };
  const ask = async (call: RouteCall): Promise<RouteAnswer> => {
    heard.push(call);
    if (call.type === "changeRoutes") {
      if (call.revision !== helper.revision) return { type: "stale" };
      for (const network of call.remove) standing.delete(network);
    } else standing.clear();
    helper.revision += 1;
    const asked = call.type === "changeRoutes" ? call.add : call.networks;
    return { type: "routes", revision: helper.revision, routes: asked.map(judge) };
  };
  return Object.assign(helper, { ask });
}

test("one of many that changes is all that is said", async () => {
  const helper = openHelper("never");
  const routes = new RouteSet(helper.ask);
  await routes.set(["10.1.0.0/24", "10.2.0.0/24", "10.3.0.0/24"]);
  const results = await routes.set(["10.2.0.0/24", "10.3.0.0/24", "10.4.0.0/24"]);
  expect(helper.heard.at(-1)).toEqual({
    type: "changeRoutes",
    revision: 1,
    add: ["10.4.0.0/24"],
    remove: ["10.1.0.0/24"],
  });
  expect(results.map(({ network, state }) => [network, state])).toEqual([
    ["10.2.0.0/24", "set"],
    ["10.3.0.0/24", "set"],
    ["10.4.0.0/24", "set"],
  ]);
  expect([...helper.standing].sort()).toEqual(["10.2.0.0/24", "10.3.0.0/24", "10.4.0.0/24"]);
});

test("what was refused is asked for again each time", async () => {
  const helper = openHelper("10.9.0.0/24");
  const routes = new RouteSet(helper.ask);
  await routes.set(["10.1.0.0/24", "10.9.0.0/24"]);
  const results = await routes.set(["10.1.0.0/24", "10.9.0.0/24"]);
  expect(helper.heard.at(-1)).toEqual({ type: "changeRoutes", revision: 1, add: ["10.9.0.0/24"], remove: [] });
  expect(results.map(({ state }) => state)).toEqual(["set", "refused"]);
});

test("where something else happened in between, the whole wish is said", async () => {
  const helper = openHelper("never");
  const routes = new RouteSet(helper.ask);
  await routes.set(["10.1.0.0/24"]);
  helper.revision += 1; // a route was lost
  await routes.set(["10.1.0.0/24", "10.2.0.0/24"]);
  expect(helper.heard.map(({ type }) => type)).toEqual(["setRoutes", "changeRoutes", "setRoutes"]);
  expect([...helper.standing].sort()).toEqual(["10.1.0.0/24", "10.2.0.0/24"]);
});

test("after a failure nobody knows what stands: the whole wish is said", async () => {
  const helper = openHelper("never");
  let fails = false;
  const routes = new RouteSet((call) => (fails ? Promise.reject(new Error("cut")) : helper.ask(call)));
  await routes.set(["10.1.0.0/24"]);
  fails = true;
  await expect(routes.set(["10.2.0.0/24"])).rejects.toThrow("cut");
  fails = false;
  await routes.set(["10.2.0.0/24"]);
  expect(helper.heard.at(-1)).toEqual({ type: "setRoutes", networks: ["10.2.0.0/24"] });
});

test("two wishes at once end with the later one", async () => {
  const helper = openHelper("never");
  const routes = new RouteSet(helper.ask);
  await routes.set(["10.1.0.0/24"]);
  await Promise.all([routes.set(["10.2.0.0/24"]), routes.set(["10.3.0.0/24"])]);
  await routes.set(["10.4.0.0/24"]);
  expect([...helper.standing]).toEqual(["10.4.0.0/24"]);
});
