import { afterEach, beforeEach, describe, expect, test } from "vitest";
import type { AgentRequest } from "../../contract/agent.ts";
import { CauseError } from "../../contract/causes.ts";
import type { Script } from "../face/testing/fake-agent.ts";
import { FakeAgent } from "../face/testing/fake-agent.ts";
import { identity, names, portal } from "./testing/examples.ts";
import { jsonOf, runCli } from "./testing/run.ts";

let agent: FakeAgent;
beforeEach(async () => {
  agent = await FakeAgent.start();
});
afterEach(async () => {
  await agent[Symbol.asyncDispose]();
});

const who = ["login", "--account", identity.account, "--user", identity.user];
const run = (words: readonly string[], input: string | Uint8Array = "") =>
  runCli(words, { environment: agent.environment, input });
const sent = (type: AgentRequest["type"]) => agent.requests.filter((request) => request.type === type);

/** A portal that wants a second factor and takes 123456. */
const withSecondFactor: Script = (request, stage) => {
  if (request.type === "portals") return { type: "portals", portals: [portal] };
  if (request.type === "login") {
    const expires = "2026-11-21T10:05:00.000Z";
    stage.show({ session: { state: "asking", question: { about: "secondFactor", expires } } });
    return { type: "asked" };
  }
  if (request.type === "answerCode" && request.code !== "123456") throw new CauseError("codeRefused");
  stage.show({ session: { state: "signedIn" }, identity });
  return { type: "done" };
};

describe("a password from a pipe", () => {
  test.each([
    ["a plus", "a+b"],
    ["quotes", `"don't"`],
    ["blanks at both ends", "  two words  "],
    ["a percent sign and an ampersand", "100%&x=y"],
    ["UTF-8 beyond the first plane", "pässwörd 密 😀"],
    ["a byte order mark", "\ufeffsecret"],
    ["1,024 characters", "x".repeat(1024)],
  ])("arrives as it is, with %s", async (_, password) => {
    agent.plays((_request, stage) => {
      stage.show({ session: { state: "signedIn" }, identity });
      return { type: "done" };
    });
    const outcome = await run([...who, "--password-stdin"], `${password}\n`);
    expect(outcome).toMatchObject({ code: 0 });
    expect(sent("login")).toEqual([
      {
        type: "login",
        id: expect.any(Number),
        portal: null,
        account: identity.account,
        user: "anna",
        password,
        remember: false,
      },
    ]);
    expect(outcome.stdout + outcome.stderr).not.toContain(password);
  });

  test("may end in CR LF, in nothing, or be followed by more", async () => {
    agent.plays(() => ({ type: "done" }));
    await run([...who, "--password-stdin"], "secret\r\n");
    await run([...who, "--password-stdin"], "secret");
    await run([...who, "--password-stdin"], "secret\nnot the code\n");
    expect(sent("login").map((request) => request.type === "login" && request.password)).toEqual(
      Array(3).fill("secret"),
    );
  });

  test.each([
    ["nothing", ""],
    ["an empty line", "\n"],
    ["no UTF-8", Uint8Array.of(0xff, 0xfe, 0x0a)],
    ["a flood", "x".repeat(70_000)],
  ])("is refused when it is %s", async (_, input) => {
    expect(await run([...who, "--password-stdin"], input)).toMatchObject({ code: 2 });
    expect(agent.requests).toEqual([]);
  });
});

describe("the second factor", () => {
  test("comes from the second line when both come from a pipe", async () => {
    agent.plays(withSecondFactor);
    const outcome = await run([...who, "--password-stdin", "--code-stdin", "--json"], "p+w\n 123456 \n");
    expect(outcome).toMatchObject({ code: 0 });
    expect(jsonOf(outcome)).toEqual({ identity });
    expect(sent("answerCode")).toMatchObject([{ code: "123456" }]);
  });

  test("cannot be asked for in a pipe: the refusal names the option", async () => {
    agent.plays(withSecondFactor);
    const outcome = await run([...who, "--password-stdin"], "p+w\n");
    expect(outcome).toMatchObject({ code: 3 });
    expect(outcome.stderr).toContain("anslut login --code-stdin");
  });

  test("may be given later, without the password again", async () => {
    agent.plays(withSecondFactor);
    await run([...who, "--password-stdin"], "p+w\n");
    expect(await run(["login", "--code-stdin"], "123456\n")).toMatchObject({ code: 0 });
    expect(sent("login")).toHaveLength(1);
  });

  test("that is wrong ends the command with 3", async () => {
    agent.plays(withSecondFactor);
    const outcome = await run([...who, "--password-stdin", "--code-stdin", "--json"], "p+w\n000000\n");
    expect(outcome).toMatchObject({ code: 3 });
    expect(jsonOf(outcome)).toMatchObject({ error: { cause: "codeRefused" } });
  });
});

test("a preset portal that nobody has reached yet is signed in to, and its proxy's question answered", async () => {
  const preset = { ...portal, pin: null, fixedByPolicy: true };
  const question = { about: "proxyPassword", host: "proxy.office", port: 3128, refused: false } as const;
  agent.plays(async (request, stage) => {
    if (request.type === "portals") return { type: "portals", portals: [preset] };
    if (request.type !== "login") return { type: "done" };
    stage.show({ session: { state: "asking", question } });
    return await stage.cancelled;
  });
  const outcome = await run([...who, "--password-stdin"], "p+w\n");
  expect(outcome.stderr).toContain("proxy.office:3128");
  expect(outcome.code).not.toBe(0);
  expect(sent("login")).toMatchObject([{ portal: null }]);
});

describe("a remembered device", () => {
  test("signs in without a question", async () => {
    agent.plays((request, stage) => {
      if (request.type === "portals") return { type: "portals", portals: [{ ...portal, remembered: names }] };
      stage.show({ session: { state: "signedIn" }, identity });
      return { type: "done" };
    });
    expect(await run(["login"])).toMatchObject({ code: 0, stderr: expect.stringContaining("remembered device") });
    expect(agent.requests.map(({ type }) => type)).toEqual(["portals", "loginRemembered"]);
  });

  test("that the portal has forgotten is a refusal in a pipe", async () => {
    agent.plays((request) => {
      if (request.type === "portals") return { type: "portals", portals: [{ ...portal, remembered: names }] };
      throw new CauseError("credentialsRefused");
    });
    expect(await run(["login"])).toMatchObject({ code: 3 });
  });

  test("is not used when an account is named", async () => {
    agent.plays(() => ({ type: "done" }));
    await run([...who, "--password-stdin", "--remember"], "x\n");
    expect(agent.requests).toMatchObject([{ type: "login", remember: true }]);
  });
});

describe("a changed certificate", () => {
  const shown = "cd".repeat(32);
  const withChangedKey =
    (mayAccept: boolean): Script =>
    async (request, stage) => {
      if (request.type === "login") {
        const question = {
          about: "certificateChanged",
          host: "portal.example",
          known: "ab".repeat(32),
          shown,
          mayAccept,
        } as const;
        stage.show({ session: { state: "asking", question } });
        const answer = await Promise.race([stage.next("answerCertificate"), stage.cancelled]);
        if (answer.type !== "answerCertificate" || !answer.accept) throw new CauseError("certificateChanged");
        stage.show({ session: { state: "signedIn" }, identity });
      }
      return { type: "done" };
    };

  test("stops a pipe, shows both fingerprints and ends the request", async () => {
    agent.plays(withChangedKey(true));
    const outcome = await run([...who, "--password-stdin"], "x\n");
    expect(outcome).toMatchObject({ code: 4 });
    expect(outcome.stderr.replace(/\s+/g, " ")).toContain("CDCD CDCD");
    expect(outcome.stderr).toContain("--accept-certificate");
    expect(sent("cancel")).toHaveLength(1);
  });

  test("is accepted when the very key was named, in any spelling", async () => {
    agent.plays(withChangedKey(true));
    const spelling = `SHA256:${"CD:".repeat(31)}CD`;
    expect(await run([...who, "--password-stdin", "--accept-certificate", spelling], "x\n")).toMatchObject({ code: 0 });
    expect(sent("answerCertificate")).toMatchObject([{ accept: true }]);
  });

  test.each([
    ["another key was named", true, "ef".repeat(32)],
    ["the administrator forbids it", false, shown],
  ])("is refused when %s", async (_, mayAccept, named) => {
    agent.plays(withChangedKey(mayAccept));
    expect(await run([...who, "--password-stdin", "--accept-certificate", named], "x\n")).toMatchObject({ code: 4 });
    expect(sent("answerCertificate")).toMatchObject([{ accept: false }]);
  });
});
