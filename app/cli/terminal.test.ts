import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { CauseError } from "../../contract/causes.ts";
import type { Script } from "../face/testing/fake-agent.ts";
import { FakeAgent } from "../face/testing/fake-agent.ts";
import { endpoint, identity, portal, press, ready, saw, tunnel } from "./testing/examples.ts";
import { Terminal } from "./testing/terminal.ts";

// Processes are started in here, and the machine may be busy.
vi.setConfig({ testTimeout: 60_000 });

let agent: FakeAgent;
beforeEach(async () => {
  agent = await FakeAgent.start();
});
afterEach(async () => {
  await agent[Symbol.asyncDispose]();
});

const open = (line: string, environment: NodeJS.ProcessEnv = {}) =>
  new Terminal(line, { ...agent.environment, ...environment });

const dialling: Script = async (request, stage) => {
  if (request.type !== "dial") return { type: "done" };
  stage.show({ session: { state: "dialling", endpoint, attempt: 1 } });
  stage.show({ session: { state: "securing", endpoint } });
  stage.show({ session: { state: "addressing", endpoint }, tunnel });
  stage.show(ready);
  return { type: "done" };
};

describe("login on a terminal", () => {
  const expires = "2026-11-21T10:05:00.000Z";
  const wanting: Script = (request, stage) => {
    if (request.type === "portals") return { type: "portals", portals: [portal] };
    if (request.type === "login" && request.password !== "pä+ß wörd") throw new CauseError("credentialsRefused");
    if (request.type === "login") {
      stage.show({ session: { state: "asking", question: { about: "secondFactor", expires } } });
      return { type: "asked" };
    }
    if (request.type === "answerCode" && request.code !== "123456") throw new CauseError("codeRefused");
    stage.show({ session: { state: "signedIn" }, identity });
    return { type: "done" };
  };

  test("asks for everything, shows no secret, and lets a person correct himself without typing all again", async () => {
    agent.plays(wanting);
    using terminal = open("anslut login --remember");
    await terminal.sees("Account: ");
    terminal.type("Maschinenbau Süd\r");
    await terminal.sees("User: ");
    terminal.type("annab\x7f\r");
    await terminal.sees("Password");
    terminal.type("wrong\r");
    await terminal.sees("did not accept");
    await terminal.sees("Password");
    terminal.type("garbage\x15pä+ß wörd\r");
    await terminal.sees("One-time code: ");
    terminal.type("000000\r");
    await terminal.sees("not accepted");
    await terminal.sees("One-time code: ");
    terminal.type("123456\r");
    await terminal.sees("Signed in at portal.example as anna");
    expect(await terminal.ended()).toBe(0);
    expect(terminal.shown).not.toMatch(/wrong|garbage|wörd/);
    const logins = agent.requests.filter(({ type }) => type === "login");
    expect(logins).toMatchObject([
      { account: "Maschinenbau Süd", user: "anna", password: "wrong", remember: true },
      { account: "Maschinenbau Süd", user: "anna", password: "pä+ß wörd", remember: true },
    ]);
  });

  test("offers who signed in last: an empty line takes it", async () => {
    const last = { account: identity.account, user: "björn" };
    agent.plays((request, stage) =>
      request.type === "portals" ? { type: "portals", portals: [{ ...portal, last }] } : wanting(request, stage),
    );
    using terminal = open("anslut login");
    await terminal.sees(`Account [${last.account}]: `);
    terminal.type("\r");
    await terminal.sees("User [björn]: ");
    terminal.type("anna\r");
    await terminal.sees("Password");
    terminal.type("pä+ß wörd\r123456\r");
    expect(await terminal.ended()).toBe(0);
    expect(agent.requests.find(({ type }) => type === "login")).toMatchObject({ account: last.account, user: "anna" });
  });

  test("takes what is typed or pasted ahead", async () => {
    agent.plays(wanting);
    using terminal = open("anslut login --account a --user anna");
    await terminal.sees("Password");
    terminal.type("pä+ß wörd\r123456\r");
    expect(await terminal.ended()).toBe(0);
    expect(terminal.shown).not.toContain("wörd");
  });

  test("gives up after three wrong passwords", async () => {
    agent.plays(wanting);
    using terminal = open("anslut login --account a --user anna");
    for (let attempt = 1; attempt <= 3; attempt++) {
      await terminal.sees("Password");
      terminal.type("wrong\r");
    }
    expect(await terminal.ended()).toBe(3);
  });

  test("ends at Ctrl-C with 130 and leaves the terminal as it was", async () => {
    agent.plays(wanting);
    using terminal = open("anslut login --account a --user anna; echo code $?; stty -a");
    await terminal.sees("Password");
    terminal.type("half\x03");
    await terminal.sees("code 130");
    await terminal.ended();
    expect(terminal.shown).toMatch(/[^-]icanon.*[^-]echo /s);
    expect(agent.requests).toEqual([]);
  });

  test("ends a sign-in that is half done when the question is not answered", async () => {
    agent.plays(async (request, stage) => {
      if (request.type !== "login") return wanting(request, stage);
      stage.show({ session: { state: "asking", question: { about: "secondFactor", expires } } });
      return stage.cancelled;
    });
    using terminal = open("anslut login --account a --user anna");
    await terminal.sees("Password");
    terminal.type("x\r");
    await terminal.sees("One-time code: ");
    terminal.type("\x03");
    expect(await terminal.ended()).toBe(130);
    expect(agent.requests.at(-1)).toMatchObject({ type: "cancel" });
  });

  test("takes the question away when the sign-in has failed meanwhile", async () => {
    let expire = () => {};
    agent.plays(async (request, stage) => {
      if (request.type !== "login") return wanting(request, stage);
      stage.show({ session: { state: "asking", question: { about: "secondFactor", expires } } });
      await new Promise<void>((resolve) => {
        expire = resolve;
      });
      stage.show({ session: { state: "signedOut" } });
      throw new CauseError("loginExpired");
    });
    using terminal = open("anslut login --account a --user anna");
    await terminal.sees("Password");
    terminal.type("x\r");
    await terminal.sees("One-time code: ");
    expire();
    await terminal.sees("took too long");
    expect(await terminal.ended()).toBe(3);
  });
});

describe("a dial on a terminal", () => {
  beforeEach(() => agent.show({ session: { state: "signedIn" }, identity }));

  test("is one line that is written over", async () => {
    agent.plays(dialling);
    using terminal = open("anslut dial");
    expect(await terminal.ended()).toBe(0);
    const [line = ""] = terminal.shown.split("\n").filter((shown) => shown.includes("\x1b[K"));
    const last = line.split("\r").findLast((drawn) => drawn !== "");
    expect(last?.replace("\x1b[K", "")).toMatch(
      /^Dialling portal\.example:443 … secured … address 10\.77\.0\.17 … ready in \d[\d.]* s$/,
    );
  });

  test.each([{ NO_COLOR: "1" }, { TERM: "dumb" }])("is free of colours with %o", async (environment) => {
    agent.plays(dialling);
    using terminal = open("anslut dial; anslut dail", environment);
    await terminal.ended();
    expect(terminal.shown.replaceAll("\x1b[K", "")).not.toContain("\x1b");
    if (environment.TERM === "dumb") expect(terminal.shown).not.toContain("\x1b");
    expect(terminal.shown).toContain("ready in");
  });

  test("ends at Ctrl-C with 130, below its line", async () => {
    agent.plays(async (request, stage) => {
      if (request.type !== "dial") return { type: "done" };
      stage.show({ session: { state: "dialling", endpoint, attempt: 1 } });
      return stage.cancelled;
    });
    using terminal = open("anslut dial");
    await terminal.sees("Dialling portal.example:443");
    terminal.type("\x03");
    await terminal.sees("\n");
    await terminal.sees("Cancelled.");
    expect(await terminal.ended()).toBe(130);
    expect(agent.requests.map(({ type }) => type)).toEqual(["dial", "cancel"]);
  });

  test("asks who one is at the proxy, again when it was wrong, without showing the password", async () => {
    agent.plays(async (request, stage) => {
      if (request.type !== "dial") return { type: "done" };
      for (const refused of [false, true]) {
        stage.show({
          session: { state: "asking", question: { about: "proxyPassword", host: "proxy.office", port: 3128, refused } },
        });
        await stage.next("answerProxy");
        stage.show({ session: { state: "dialling", endpoint, attempt: 1 } });
      }
      stage.show(ready);
      return { type: "done" };
    });
    using terminal = open("anslut dial");
    for (const [sentence, password, keep] of [
      ["asks who you are", "secret-1", "n"],
      ["refused that", "secret-2", "y"],
    ] as const) {
      await terminal.sees(sentence);
      await terminal.sees("User: ");
      terminal.type("anna\r");
      await terminal.sees("Password");
      terminal.type(`${password}\r`);
      await terminal.sees("keyring");
      terminal.type(`${keep}\r`);
    }
    expect(await terminal.ended()).toBe(0);
    expect(terminal.shown).not.toContain("secret");
    expect(agent.requests.filter(({ type }) => type === "answerProxy")).toMatchObject([
      { username: "anna", password: "secret-1", keep: false },
      { username: "anna", password: "secret-2", keep: true },
    ]);
  });
});

test("adding a portal shows the fingerprint in groups of four and waits for a yes", async () => {
  const authority = "ab".repeat(32);
  agent.plays((request) => {
    if (request.type === "portals") return { type: "portals", portals: [portal] };
    if (request.type !== "inspectPortal") return { type: "done" };
    const seen = { host: "portal.example", port: 443, authority, authorityName: "Anslut CA", pin: authority };
    return { type: "inspection", ...seen, systemTrust: false, until: "2027-11-21T10:00:00.000Z" };
  });
  using declined = open("anslut portal add portal.example");
  await declined.sees("Anslut CA");
  await declined.sees("ABAB ABAB ABAB");
  await declined.sees("[y/N]");
  declined.type("\r");
  expect(await declined.ended()).toBe(4);
  expect(agent.requests.some(({ type }) => type === "addPortal")).toBe(false);
  using accepted = open("anslut portal add portal.example --language de");
  await accepted.sees("[j/N]");
  accepted.type("j\r");
  expect(await accepted.ended()).toBe(0);
  expect(agent.requests.some(({ type }) => type === "addPortal")).toBe(true);
});

test("a search stands out in the list of machines", async () => {
  const page = { machines: [press, saw], total: 2, after: null };
  agent.plays(() => ({ type: "machines", page, from: null }));
  using terminal = open("stty cols 200; anslut machines RESS");
  expect(await terminal.ended()).toBe(0);
  expect(terminal.shown).toContain("p\x1b[1mress\x1b[0m-1");
});

test("a watched status is drawn over itself until Ctrl-C", async () => {
  using terminal = open("anslut status --watch");
  await terminal.sees("signed out");
  agent.show(ready);
  await terminal.sees("\x1b[3A\r\x1b[J");
  await terminal.sees("10.77.0.17");
  terminal.type("\x03");
  expect(await terminal.ended()).toBe(130);
});
