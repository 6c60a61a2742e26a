import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { BookEntry } from "../../../contract/agent.ts";
import { languages } from "../../../contract/constants.ts";
import type { AgentState, Connection, Session } from "../../../contract/state.ts";
import { restingState } from "../bridge/testing/fake-connection.ts";
import { textsIn } from "./texts.ts";
import { type TrayItem, type TrayView, trayModel } from "./tray-menu.ts";

const en = textsIn("en");
const identity = { portal: "portal.example", account: "acme", user: "anna" };
const endpoint = { host: "portal.example", port: 443, proxy: null, wrapped: false };
const since = "2026-11-21T08:00:00.000Z";
const ready: Session = { state: "ready", endpoint, since };

function entry(
  name: string,
  more: { readonly favourite?: boolean; readonly lastUsed?: string; readonly online?: boolean } = {},
): BookEntry {
  return {
    machine: {
      id: `id-${name}`,
      name,
      customer: "",
      place: "",
      serial: null,
      online: more.online ?? true,
      lastSeen: null,
      networks: [],
      present: [],
    },
    mark: { favourite: more.favourite ?? false, note: "", contact: "" },
    lastUsed: more.lastUsed ?? null,
  };
}

function connection(name: string, status: Connection["status"]): Connection {
  return { machine: `id-${name}`, name, intent: null, networks: [], status };
}

function view(state: Partial<AgentState>, book: readonly BookEntry[] = []): TrayView {
  return { link: { link: "attached", failure: null }, state: { ...restingState, ...state }, book };
}

/** The menu as one reads it: words in brackets, separators as lines, what cannot be chosen with a stroke. */
function lines(items: readonly TrayItem[]): readonly string[] {
  return items.map((item) => {
    if (item.kind === "separator") return "—";
    if (item.kind === "word") return `[${item.label}]`;
    return item.isEnabled ? item.label : `-${item.label}`;
  });
}

const foot = ["—", "Open Anslut", "Settings …", "Quit Anslut"];

test("signed out, it says so and leads to the sign-in", () => {
  expect(lines(trayModel(view({}), en).items)).toEqual(["[Signed out]", "Sign in …", ...foot]);
});

test("signed in, it offers to dial, and the machines that one goes to most", () => {
  const book = [
    entry("zeta", { favourite: true }),
    entry("alpha", { favourite: true, online: false, lastUsed: "2026-11-20T08:00:00.000Z" }),
    ...[1, 2, 3, 4, 5, 6].map((day) => entry(`day-${day}`, { lastUsed: `2026-11-0${day}T08:00:00.000Z` })),
    entry("never"),
  ];
  const { items } = trayModel(view({ session: { state: "signedIn" }, identity }, book), en);
  expect(lines(items)).toEqual([
    "[Signed in, no tunnel]",
    "Dial",
    "—",
    "[Favourites]",
    "Connect alpha (offline)",
    "Connect zeta",
    "—",
    "[Used last]",
    ...[6, 5, 4, 3, 2].map((day) => `Connect day-${day}`),
    ...foot,
  ]);
});

test("connected, it says what stands, disconnects it, and does not offer it again", () => {
  const state = {
    session: ready,
    identity,
    connections: [connection("press-1", { state: "connected", since, roundTripMs: 40 })],
  };
  const { items, icon, toolTip } = trayModel(view(state, [entry("press-1", { favourite: true })]), en);
  expect(lines(items)).toEqual(["[Ready]", "Hang up", "—", "[press-1: connected]", "Disconnect press-1", ...foot]);
  expect(icon).toBe("connected");
  expect(toolTip).toBe("Anslut: Ready");
});

test("a machine is connected and disconnected at once", () => {
  const state = { session: ready, identity, connections: [connection("a", { state: "routing" })] };
  const acts = trayModel(view(state, [entry("b", { favourite: true })]), en).items.flatMap((item) =>
    item.kind === "entry" ? [item.act] : [],
  );
  expect(acts).toContainEqual({ does: "disconnect", machine: "id-a" });
  expect(acts).toContainEqual({ does: "connect", machine: "id-b" });
});

test("without an agent it says why, offers another try, and nothing that would need one", () => {
  const { items, icon } = trayModel(
    {
      link: { link: "lost", failure: { cause: "agentMissing", detail: "" } },
      state: { ...restingState, session: ready, identity, connections: [connection("a", { state: "routing" })] },
      book: [entry("b", { favourite: true })],
    },
    en,
  );
  expect(lines(items)).toEqual([
    "[Anslut’s background program is not there.]",
    "Try again",
    "—",
    "[a: setting up the way]",
    "-Disconnect a",
    "—",
    "[Favourites]",
    "-Connect b",
    ...foot,
  ]);
  expect(icon).toBe("attention");
});

test("before anything is known it says that it starts", () => {
  const { items, icon } = trayModel({ link: { link: "starting", failure: null }, state: undefined, book: [] }, en);
  expect(lines(items)).toEqual(["[Starting]", ...foot]);
  expect(icon).toBe("working");
});

test("it speaks the person's language, states included", () => {
  const state = { session: { state: "signedIn" } as const, identity };
  expect(lines(trayModel(view(state), textsIn("de")).items)[0]).toBe("[Angemeldet, kein Tunnel]");
  expect(lines(trayModel(view(state), textsIn("sv")).items)[1]).toBe("Ring upp");
});

describe("the icon is green for nothing but a machine that answers", () => {
  test.each<[string, Connection["status"][]]>([
    ["connected", [{ state: "connected", since, roundTripMs: 1 }]],
    ["ready", []],
    ["working", [{ state: "requested" }]],
    [
      "attention",
      [
        { state: "connected", since, roundTripMs: 1 },
        { state: "silent", who: "router", devices: [], since },
      ],
    ],
    ["attention", [{ state: "routeErrors", since, failed: [] }]],
    ["attention", [{ state: "failed", failure: { cause: "overlap", detail: "" } }]],
  ])("%s", (icon, statuses) => {
    const connections = statuses.map((status, index) => connection(`m${index}`, status));
    expect(trayModel(view({ session: ready, identity, connections }), en).icon).toBe(icon);
  });

  test.each<[string, Session]>([
    ["idle", { state: "signedOut" }],
    ["working", { state: "dialling", endpoint: null, attempt: 1 }],
    ["working", { state: "suspended", why: "sleep" }],
    ["attention", { state: "reconnecting", attempt: 1, at: since, why: { cause: "tunnelLost", detail: "" } }],
    ["attention", { state: "failed", failure: { cause: "noWay", detail: "" }, retryable: true }],
    ["attention", { state: "asking", question: { about: "secondFactor", expires: since } }],
  ])("%s for %j", (icon, session) => {
    expect(trayModel(view({ session, identity }), en).icon).toBe(icon);
  });
});

const anyEntry = fc
  .record({
    name: fc.string({ minLength: 1, maxLength: 30 }),
    favourite: fc.boolean(),
    day: fc.integer({ min: 0, max: 28 }),
  })
  .map(({ name, favourite, day }) =>
    entry(name, {
      favourite,
      ...(day === 0 ? {} : { lastUsed: `2026-11-${String(day).padStart(2, "0")}T00:00:00.000Z` }),
    }),
  );

test("whatever is in the book and whatever the language, no machine stands there twice and none is lost that stands there", () => {
  fc.assert(
    fc.property(
      fc.uniqueArray(anyEntry, { selector: ({ machine }) => machine.id, maxLength: 60 }),
      fc.constantFrom(...languages),
      (book, language) => {
        const { items } = trayModel(view({ session: ready, identity }, book), textsIn(language));
        const machines = items.flatMap((item) =>
          item.kind === "entry" && item.act.does === "connect" ? [item.act.machine] : [],
        );
        expect(new Set(machines).size).toBe(machines.length);
        expect(machines.length).toBeLessThanOrEqual(20);
        // No two lines on each other, none at the ends.
        const kinds = items.map(({ kind }) => kind);
        expect(kinds.join(" ")).not.toMatch(/^separator|separator separator|separator$/);
        for (const item of items) if (item.kind !== "separator") expect(item.label).not.toBe("");
      },
    ),
    { numRuns: 60 },
  );
});
