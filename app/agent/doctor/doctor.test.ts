import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import type { Diagnosis } from "../../../contract/agent.ts";
import { issue } from "../../dial/testing/certificates.ts";
import { portalHost } from "../testing/fake-portal.ts";
import { World } from "../testing/world.ts";
import { makePage, type PageContent } from "./doctor-page.ts";

// Programs are started here: on a busy machine that takes its time.
vi.setConfig({ testTimeout: 30_000, hookTimeout: 30_000 });

let world: World;
beforeEach(async () => {
  world = await World.begin();
});
afterEach(async () => {
  await world[Symbol.asyncDispose]();
});

async function examine(language: "en" | "de" | "sv" = "en"): Promise<Diagnosis> {
  const result = await world.ask({ type: "doctor", portal: portalHost, language });
  if (result.type !== "diagnosis") throw new Error(result.type);
  return result.diagnosis;
}

const outcomes = (diagnosis: Diagnosis, check: Diagnosis["checks"][number]["check"]) =>
  diagnosis.checks
    .filter((one) => one.check === check)
    .map(({ subject, outcome, cause }) => `${subject} ${outcome} ${cause}`);

const blocked = (ports: readonly number[], cause: "noWay" | "proxyAuthRequired" = "noWay") => {
  world.race = ({ ways }) => {
    const [way] = ways;
    if (!way || !ports.includes(way.port)) return undefined;
    const outcome = cause === "noWay" ? "refused" : cause;
    return {
      reports: [
        { type: "attempt", attempt: { way: 0, outcome, elapsedMs: 1, detail: "" } },
        { type: "failed", cause, detail: "" },
      ],
    };
  };
};

describe("the doctor", () => {
  test("finds nothing wrong where all is well", async () => {
    await world.addPortal();
    const diagnosis = await examine();
    expect(outcomes(diagnosis, "port")).toEqual([443, 1194, 80].map((port) => `portal.test:${port} good null`));
    for (const check of ["helper", "portal", "inspection", "clock"] as const) {
      expect(outcomes(diagnosis, check)).toEqual([expect.stringMatching(/ good null$/)]);
    }
    expect(diagnosis).toMatchObject({ verdict: null, ask: [] });
    expect(diagnosis.page).toContain("can be reached already");
  });

  test("is content with one open port", async () => {
    await world.addPortal();
    blocked([1194, 80]);
    const diagnosis = await examine();
    expect(outcomes(diagnosis, "port")).toEqual([
      "portal.test:443 good null",
      "portal.test:1194 bad noWay",
      "portal.test:80 bad noWay",
    ]);
    expect(diagnosis).toMatchObject({ verdict: null, ask: [] });
    expect(diagnosis.page).toContain("1194 | bad: This port cannot be reached from here. |");
    expect(diagnosis.page).not.toContain("No way out of this network");
  });

  test("says what to ask for where nothing is open, and writes it down for the customer's IT", async () => {
    await world.addPortal();
    blocked([1194, 443, 80]);
    const diagnosis = await examine("de");
    expect(diagnosis.verdict).toBe("noWay");
    expect(diagnosis.ask).toEqual([443, 1194, 80].map((port) => ({ host: portalHost, port, through: null })));
    expect(diagnosis.page).toContain("| portal\\.test | 443 | TCP | direkt |".replaceAll("\\.", "."));
  });

  test("tells a proxy that wants a password from a closed port", async () => {
    await world.addPortal();
    await world.ask({ type: "setProxy", setting: { mode: "manual", host: "p.office", port: 3128 }, credentials: null });
    blocked([1194, 443, 80], "proxyAuthRequired");
    const diagnosis = await examine();
    expect(outcomes(diagnosis, "proxy")).toEqual(["portal.test:443 via p.office:3128 bad proxyAuthRequired"]);
    expect(diagnosis.verdict).toBe("proxyAuthRequired");
    expect(diagnosis.ask).toContainEqual({ host: portalHost, port: 443, through: "p.office:3128" });
  });

  test("sees that somebody opens the TLS on the way, and asks for an exception", async () => {
    await world.addPortal();
    const office = issue({ name: "Office | authority" });
    world.portal.certificate = issue({ name: portalHost, issuer: office, hosts: [portalHost] });
    await world.renewPortal();
    const diagnosis = await examine();
    expect(diagnosis.verdict).toBe("tlsInspected");
    expect(diagnosis.page).toContain("exempt portal.test from TLS inspection");
    expect(diagnosis.page).toContain("authority");
  });

  test("sees a clock that is wrong", async () => {
    await world.addPortal();
    world.portal.on["GET /about"] = () => ({
      product: "anslut-portal",
      version: "1",
      time: "2020-01-01T00:00:00.000Z",
    });
    const diagnosis = await examine();
    expect(diagnosis.verdict).toBe("clockWrong");
  });

  test("sees a PAC file that is none", async () => {
    await world.addPortal();
    await world.ask({ type: "setProxy", setting: { mode: "pac", source: "/nowhere/proxy.pac" }, credentials: null });
    expect(outcomes(await examine(), "proxy")).toEqual(["/nowhere/proxy.pac bad proxySettingInvalid"]);
  });

  test("says that there is no portal to look at", async () => {
    const ask = world.ask({ type: "doctor", portal: null, language: "en" });
    await expect(ask).rejects.toMatchObject({ cause: "notFound" });
  });
});

describe("the page for the customer's IT", () => {
  const content: PageContent = {
    portal: portalHost,
    ask: [{ host: portalHost, port: 443, through: "p.office:3128" }],
    checks: [
      {
        check: "portal",
        subject: "evil | [x](http://evil.test) `",
        outcome: "bad",
        cause: "noWay",
        elapsedMs: 1,
        detail: "",
      },
    ],
    inspected: true,
    nowMs: Date.parse("2026-11-21T12:34:56.000Z"),
  };

  test.each(["en", "de", "sv"] as const)("is whole in %s", async (language) => {
    const page = await makePage(language, content);
    expect(page).not.toMatch(/\{\w+\}|undefined|\[object/);
    expect(page).toContain("portal.test");
    expect(page).toContain("2026-11-21 12:34");
    expect(page).toContain("| portal.test | 443 | TCP | p.office:3128 |");
    expect(page.split("\n").filter((line) => line.startsWith("## "))).toHaveLength(3);
  });

  test("is not broken by what the network says", async () => {
    const page = await makePage("en", content);
    expect(page).not.toContain("[x](http");
    const row = page.split("\n").find((line) => line.includes("evil"));
    expect(row?.match(/(?<!\\)\|/g)).toHaveLength(3);
  });
});
