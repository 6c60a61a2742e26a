import { describe, expect, test } from "vitest";
import type { ProxySetting } from "../../contract/agent.ts";
import { CauseError } from "../../contract/causes.ts";
import type { RoutesOptions } from "./proxy-setting.ts";
import { resolveRoutes } from "./proxy-setting.ts";

const base: RoutesOptions = {
  setting: { mode: "none" },
  host: "portal.test",
  port: 443,
  environment: {},
  credentials: async () => null,
  findProxy: async () => "DIRECT",
};

async function shown(given: Partial<RoutesOptions>): Promise<readonly string[]> {
  const { routes } = await resolveRoutes({ ...base, ...given });
  return routes.map((route) =>
    route.kind === "direct"
      ? "direct"
      : `${route.proxy.credentials ? `${route.proxy.credentials.username}@` : ""}${route.proxy.host}:${route.proxy.port}`,
  );
}

const environment: ProxySetting = { mode: "environment" };
const pac: ProxySetting = { mode: "pac", source: "http://office/proxy.pac" };

describe("the proxy setting", () => {
  test("none goes straight, whatever the environment says", async () => {
    expect(await shown({ environment: { HTTPS_PROXY: "http://p:1" } })).toEqual(["direct"]);
  });

  test("manual tries the proxy first and the straight way too, with the password it was given", async () => {
    const credentials = async (host: string, port: number) => ({ username: `${host}${port}`, password: "x" });
    expect(await shown({ setting: { mode: "manual", host: "p", port: 3128 }, credentials })).toEqual([
      "p3128@p:3128",
      "direct",
    ]);
  });

  test.each([
    ["HTTPS_PROXY", { HTTPS_PROXY: "http://p:1" }, ["p:1", "direct"]],
    ["lower case first", { https_proxy: "q:2", HTTPS_PROXY: "http://p:1" }, ["q:2", "direct"]],
    ["ALL_PROXY", { all_proxy: "q:2" }, ["q:2", "direct"]],
    ["credentials in it", { HTTPS_PROXY: "http://me:pw@p:1" }, ["me@p:1", "direct"]],
    ["nothing", {}, ["direct"]],
    ["not HTTP_PROXY, which is for plain HTTP", { HTTP_PROXY: "http://p:1" }, ["direct"]],
    ["NO_PROXY", { HTTPS_PROXY: "http://p:1", NO_PROXY: ".test" }, ["direct"]],
    ["no_proxy for another host", { HTTPS_PROXY: "http://p:1", no_proxy: "other.test" }, ["p:1", "direct"]],
    ["a SOCKS proxy, which we do not speak", { ALL_PROXY: "socks5://p:1" }, ["direct"]],
  ])("environment reads %s", async (_, variables, expected) => {
    expect(await shown({ setting: environment, environment: variables })).toEqual(expected);
  });

  test("a PAC file is asked for the portal's URL and obeyed to the letter", async () => {
    const asked: string[] = [];
    const findProxy = async (source: string, url: string) => {
      asked.push(source, url);
      return "PROXY a:1; SOCKS b:2; PROXY c:3";
    };
    expect(await shown({ setting: pac, port: 8443, findProxy })).toEqual(["a:1", "c:3"]);
    expect(asked).toEqual(["http://office/proxy.pac", "https://portal.test:8443/"]);
    const { notes } = await resolveRoutes({ ...base, setting: pac, findProxy });
    expect(notes).toEqual(["not supported: SOCKS b:2"]);
  });

  test("a PAC file that names nothing we speak is an invalid setting", async () => {
    const findProxy = async () => "SOCKS b:2";
    await expect(resolveRoutes({ ...base, setting: pac, findProxy })).rejects.toMatchObject({
      cause: "proxySettingInvalid",
    });
  });

  test("a PAC file that lives in another office means straight, with a note", async () => {
    const findProxy = () => Promise.reject(new CauseError("nameNotFound", "office"));
    const resolved = await resolveRoutes({ ...base, setting: pac, findProxy });
    expect(resolved).toEqual({ routes: [{ kind: "direct" }], notes: ["PAC file cannot be had: nameNotFound office"] });
    const broken = () => Promise.reject(new CauseError("proxySettingInvalid"));
    await expect(resolveRoutes({ ...base, setting: pac, findProxy: broken })).rejects.toThrow();
  });
});
