import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import type { TSchema } from "typebox";
import { Type } from "typebox";
import { Compile } from "typebox/compile";
import { Value } from "typebox/value";
import { describe, expect, test } from "vitest";
import * as agent from "./agent.ts";
import { closed } from "./decoder.ts";
import * as exchange from "./exchange.ts";
import * as front from "./front.ts";
import * as helper from "./helper.ts";
import * as policy from "./policy.ts";
import * as portal from "./portal.ts";
import * as relay from "./relay.ts";
import * as ticket from "./ticket.ts";
import * as window from "./window.ts";

// fixtures/*.json are read by these tests and by the Go tests: both sides must agree on every value in them.

/** Requests that belong to the program around the window; fixtures/window.json says that the page may not make them. */
const alone = ["cancel", "quit", "power", "handOver", "portalStream", "followMachines"];

const Fixtures = Type.Array(
  closed({
    name: Type.String({ minLength: 1 }),
    wire: Type.String({ minLength: 1 }),
    valid: Type.Boolean(),
    value: Type.Unknown(),
  }),
);

/**
 * Wire name → schema: the exported name with a small first letter; those of portal.ts, all of them, behind `portal`; those of
 * window.ts behind `window`, its calls' arguments behind `windowCall`, its pushes behind `windowPush`.
 */
const wires: ReadonlyMap<string, TSchema> = new Map([
  ...named(agent, ["AgentRequest", "AgentMessage", "FaceHello", "FaceProof"]),
  ...named(helper, ["HelperHello", "HelperRequest", "HelperMessage"]),
  ...named(relay, ["RelayStart", "RelayReport"]),
  ...named(policy, ["Policy"]),
  ...named(exchange, ["ExchangeRequest", "ExchangeMessage"]),
  ...named(front, ["FrontMessage", "WebToFront"]),
  ...named(ticket, ["TicketMetadata", "Ticket"]),
  ...Object.entries(portal).flatMap(([name, value]) =>
    Type.IsSchema(value) ? ([[`portal${name}`, value]] as const) : [],
  ),
  ...named(window, ["WindowAsk", "WindowAnswer", "WindowDone"]),
  ["windowPortalPlace", window.PortalPlace],
  ["windowAbout", window.About],
  ...Object.entries(window.windowCalls).flatMap(([name, { argument }]) =>
    name === "ask" ? [] : ([[`windowCall${capital(name)}`, argument]] as const),
  ),
  ...Object.entries(window.windowPushes).map(([name, schema]) => [`windowPush${capital(name)}`, schema] as const),
]);

const written = readFixtures(join(import.meta.dirname, "fixtures"));
const fixtures = [...written, ...written.flatMap(inTheWindow)];

/** What the window's wire carries of the agent's as it is: fixtures of the one are fixtures of the other. */
function inTheWindow({ name, wire, valid, value }: (typeof written)[number]): typeof written {
  const as = (wireThere: string, valueThere: unknown) => [{ name, wire: wireThere, valid, value: valueThere }];
  if (typeof value !== "object" || value === null || !("type" in value)) return [];
  if (wire === "agentRequest") return alone.includes(String(value.type)) ? [] : as("windowAsk", value);
  if (wire !== "agentMessage") return [];
  const { type, id, ...rest } = value as { readonly type: unknown; readonly id?: unknown };
  if (type === "reply" && id === 0) return []; // the window's answers have no number
  if (type === "reply" && "result" in rest) return as("windowAnswer", { type: "answer", result: rest.result });
  if (type === "state" && "state" in rest) return as("windowPushState", rest.state);
  if (type === "machines" && "part" in rest) return as("windowPushMachines", rest.part);
  if (type === "progress" || type === "probed") {
    return as(`windowPush${capital(type)}`, { ...rest, id });
  }
  return [];
}

describe("every fixture", () => {
  test("names a wire that there is", () => {
    const unknown = fixtures.filter((fixture) => !wires.has(fixture.wire)).map(({ wire, name }) => `${wire}: ${name}`);
    expect(unknown).toEqual([]);
  });

  test("has a name of its own on its wire", () => {
    const names = fixtures.map((fixture) => `${fixture.wire}: ${fixture.name}`);
    expect(names.filter((name, index) => names.indexOf(name) !== index)).toEqual([]);
  });
});

describe.each([...wires])("on the wire %s", (wire, schema) => {
  const own = fixtures.filter((fixture) => fixture.wire === wire);
  const compiled = Compile(schema);

  test("the decoder and each fixture agree", () => {
    const disagreeing = own.filter((fixture) => compiled.Check(fixture.value) !== fixture.valid);
    expect(disagreeing.map(({ name, valid }) => `${name} should be ${valid ? "valid" : "refused"}`)).toEqual([]);
  });

  test("there is a valid fixture for every member of every union, and one that is refused", () => {
    const valid = own.filter((fixture) => fixture.valid).map((fixture) => fixture.value);
    expect(missingMembers(schema, valid, wire)).toEqual([]);
    expect(own.some((fixture) => !fixture.valid)).toBe(true);
  });

  test("an unknown field is refused wherever one could stand", () => {
    const accepted = own
      .filter((fixture) => fixture.valid)
      .flatMap((fixture) => withUnknownField(fixture.value).map((value) => ({ name: fixture.name, value })))
      .filter(({ value }) => compiled.Check(value));
    expect(accepted).toEqual([]);
  });
});

function capital(name: string): string {
  return `${name[0]?.toUpperCase()}${name.slice(1)}`;
}

function named(module: Readonly<Record<string, unknown>>, names: readonly string[]): readonly [string, TSchema][] {
  return names.map((name) => {
    const schema = module[name];
    if (!Type.IsSchema(schema)) throw new Error(`${name} is no schema`);
    return [`${name[0]?.toLowerCase()}${name.slice(1)}`, schema];
  });
}

function readFixtures(folder: string) {
  return readdirSync(folder).flatMap((file) => {
    const rows: unknown = JSON.parse(readFileSync(join(folder, file), "utf8"));
    if (!Value.Check(Fixtures, rows)) throw new Error(`${file} does not hold fixtures`);
    return rows;
  });
}

/** Members of unions below `schema` that none of `values` stands for, as paths. Members that are no objects (null) are not asked for. */
function missingMembers(schema: TSchema, values: readonly unknown[], path: string): string[] {
  if (Type.IsUnion(schema)) {
    return schema.anyOf.flatMap((member) => {
      const hits = values.filter((value) => Value.Check(member, value));
      const name = `${path}(${nameOf(member)})`;
      if (hits.length === 0) return Type.IsObject(member) || Type.IsArray(member) ? [name] : [];
      return missingMembers(member, hits, name);
    });
  }
  if (Type.IsObject(schema)) {
    return Object.entries(schema.properties).flatMap(([key, property]) =>
      missingMembers(
        property,
        values.flatMap((value) => fieldOf(value, key)),
        `${path}.${key}`,
      ),
    );
  }
  if (Type.IsArray(schema)) return missingMembers(schema.items, values.flat(), `${path}[]`);
  return [];
}

function nameOf(schema: TSchema): string {
  if (!Type.IsObject(schema)) return "…";
  const words = Object.values(schema.properties).flatMap((property) =>
    Type.IsLiteral(property) ? [property.const] : [],
  );
  return words.length > 0 ? words.join(" ") : Object.keys(schema.properties).join(" ");
}

function fieldOf(value: unknown, key: string): readonly unknown[] {
  return typeof value === "object" && value !== null && key in value ? [Reflect.get(value, key)] : [];
}

/** Copies of `value`, each with an unknown field in one of its objects. */
function withUnknownField(value: unknown): unknown[] {
  if (Array.isArray(value)) {
    return value.flatMap((item, index) => withUnknownField(item).map((changed) => value.with(index, changed)));
  }
  if (typeof value !== "object" || value === null) return [];
  const deeper = Object.entries(value).flatMap(([key, field]) =>
    withUnknownField(field).map((changed) => ({ ...value, [key]: changed })),
  );
  return [{ ...value, unknownField: 1 }, ...deeper];
}
