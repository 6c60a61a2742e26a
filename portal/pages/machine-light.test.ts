import { describe, expect, it } from "vitest";
import type { Machine } from "../../contract/portal.ts";
import { collisionOf } from "./machine/collisions.ts";
import { lightOf, wordOf } from "./machine-light.ts";
import type { OwnConnection } from "./own-connections.ts";

const machine = (more: Partial<Machine> = {}): Machine => ({
  ...{ id: "m1", name: "M-1", customer: "", place: "", serial: null, online: true, lastSeen: null, present: [] },
  networks: [{ network: "192.168.0.0/24", standIn: null, only: null }],
  ...more,
});
type State = NonNullable<OwnConnection["state"]>["state"];
const connection = (state: State | null): OwnConnection => ({
  ...{ intent: "i", tunnel: "t", wish: null },
  state: state === null ? null : { state, cause: null, roundTripMs: null },
});

describe("the light of a machine", () => {
  it.each([
    [machine(), undefined, "on", "online"],
    [machine({ online: false }), undefined, "off", "offline"],
    [machine({ present: ["bo"] }), undefined, "used", "used"],
    [machine({ present: ["anna"] }), undefined, "used", "own"],
    [machine({ present: ["anna"] }), connection(null), "busy", "own"],
    [machine({ present: ["anna"] }), connection("routing"), "busy", "own"],
    [machine({ present: ["anna"] }), connection("connected"), "linked", "connected"],
    [machine({ present: ["anna"] }), connection("routeErrors"), "part", "part"],
    [machine({ present: ["anna"] }), connection("silent"), "silent", "silent"],
    [machine({ present: ["anna"] }), connection("overlapping"), "wrong", "wrong"],
    [machine({ online: false, present: ["anna"] }), connection("connected"), "linked", "connected"],
  ] as const)("%#: is true", (shown, own, light, word) => {
    expect([lightOf(shown, own, "anna"), wordOf(shown, own, "anna")]).toEqual([light, word]);
  });
});

it("is not green, and says nothing that may be old, while the portal is not heard", () => {
  const there = machine({ present: ["anna"] });
  expect(lightOf(there, connection("connected"), "anna", "lost")).toBe("unknown");
  expect(wordOf(there, connection("silent"), "anna", "lost")).toBe("own");
  expect(lightOf(machine(), undefined, "anna", "lost")).toBe("on");
});

describe("a collision", () => {
  const other = machine({ id: "m2", name: "M-2" });
  const [network = { network: "", standIn: null, only: null }] = machine().networks;
  const collision = (connections: readonly (readonly [string, OwnConnection])[], machines = [machine(), other]) =>
    collisionOf(machine(), network, machines, new Map(connections));

  it("is seen with another machine that one is connected to, and with none other", () => {
    expect(collision([])).toBeNull();
    expect(collision([["m2", connection("connected")]])).toEqual(other);
    const elsewhere = { ...other, networks: [{ network: "192.168.0.0/24", standIn: "100.64.1.0/24", only: null }] };
    expect(collision([["m2", connection("connected")]], [machine(), elsewhere])).toBeNull();
  });

  it("is believed when one's own laptop says so", () => {
    expect(collision([["m1", connection("overlapping")]])).toBe("laptop");
    expect(collision([["m1", connection("connected")]])).toBeNull();
  });
});
