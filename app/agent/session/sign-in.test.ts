import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { issue } from "../../dial/testing/certificates.ts";
import { portalHost, refuse } from "../testing/fake-portal.ts";
import { password, World } from "../testing/world.ts";

// Programs are started here: on a busy machine that takes its time.
vi.setConfig({ testTimeout: 30_000, hookTimeout: 30_000 });

let world: World;
beforeEach(async () => {
  world = await World.begin();
});
afterEach(async () => {
  await world[Symbol.asyncDispose]();
});

const identity = { portal: portalHost, account: "acme", user: "anna" };
const policy = {
  version: 1,
  tunnel: { serverNames: null, authorities: null, alsoRoute: [], neverRoute: [] },
  portals: { preset: [], others: true, acceptChangedCertificate: true },
  proxy: null,
} as const;

/** Who signs in waits for as long as the test likes. */
const hang = (route: "POST /login" | "POST /login/code") => {
  const reached = Promise.withResolvers<void>();
  const { promise, resolve: goOn } = Promise.withResolvers<void>();
  world.portal.on[route] = () => {
    reached.resolve();
    return promise.then(() => world.portal.signedIn());
  };
  return { reached: reached.promise, goOn };
};

describe("adding a portal", () => {
  test("shows what it is, then takes the person's word for its authority", async () => {
    const { fingerprint } = world.portal.authority;
    expect(await world.ask({ type: "inspectPortal", address: "https://portal.test/" })).toMatchObject({
      type: "inspection",
      host: portalHost,
      port: 443,
      systemTrust: false,
      authority: fingerprint,
      authorityName: "Portal authority",
      pin: world.portal.certificate.pin,
    });
    await world.addPortal();
    expect(await world.ask({ type: "portals" })).toMatchObject({
      portals: [{ host: portalHost, authority: fingerprint, pin: world.portal.certificate.pin, remembered: null }],
    });
  });

  test("is refused where nobody vouches for it, and where it shows another authority", async () => {
    const add = (fingerprint: string | null) => world.ask({ type: "addPortal", address: portalHost, fingerprint });
    await expect(add(null)).rejects.toMatchObject({ cause: "certificateUntrusted" });
    await expect(add("0".repeat(64))).rejects.toMatchObject({ cause: "tlsInspected" });
    expect(await world.ask({ type: "portals" })).toEqual({ type: "portals", portals: [] });
  });

  test("is refused by policy, and by one that cannot be read", async () => {
    await world.policy({ ...policy, portals: { ...policy.portals, others: false } });
    await expect(world.addPortal()).rejects.toMatchObject({ cause: "policyForbids" });
    await world.policy({ nonsense: true });
    await expect(world.addPortal()).rejects.toMatchObject({ cause: "policyForbids" });
  });

  test.each(["", "http://portal.test", "user@portal.test", "portal test", "ftp://x", "portal.test:99999"])(
    "with the address %j is a bad request",
    async (address) => {
      await expect(world.ask({ type: "inspectPortal", address })).rejects.toMatchObject({ cause: "badRequest" });
    },
  );

  test("that is something else says so", async () => {
    world.portal.on["GET /about"] = () => ({ hello: "world" });
    await expect(world.ask({ type: "inspectPortal", address: portalHost })).rejects.toMatchObject({
      cause: "notAPortal",
    });
  });

  test("is undone unless it is in use", async () => {
    await world.signIn();
    await expect(world.ask({ type: "removePortal", host: portalHost })).rejects.toMatchObject({ cause: "badRequest" });
    await world.ask({ type: "logout" });
    await world.ask({ type: "removePortal", host: portalHost });
    await expect(world.ask({ type: "removePortal", host: portalHost })).rejects.toMatchObject({ cause: "notFound" });
  });
});

describe("signing in", () => {
  test("with account, user and password", async () => {
    await world.addPortal();
    expect(await world.ask({ type: "login", ...password })).toEqual({ type: "done" });
    expect(world.state).toMatchObject({ session: { state: "signedIn" }, identity });
    const { body } = await world.portal.called("POST", "/login");
    expect(body).toEqual({
      account: "acme",
      user: "anna",
      password: "pass+word",
      client: "agent",
      device: "laptop",
      remember: false,
    });
    expect((await world.portal.called("GET", "/events")).bearer).toBe("session-token");
  });

  test("keeps account and user for the next time, also in the next agent, and never the password", async () => {
    await world.signIn();
    await world.ask({ type: "logout" });
    await world.killAgent();
    await world.startAgent();
    const last = { account: "acme", user: "anna" };
    expect(await world.ask({ type: "portals" })).toMatchObject({ portals: [{ remembered: null, last }] });
    expect(await readFile(join(world.folder, "config", "settings.json"), "utf8")).not.toContain("pass+word");
    await world.addPortal(); // confirmed anew
    expect(await world.ask({ type: "portals" })).toMatchObject({ portals: [{ last }] });
  });

  test("refused says why and leaves nobody signed in", async () => {
    await world.addPortal();
    world.portal.on["POST /login"] = () => refuse("credentialsRefused");
    await expect(world.ask({ type: "login", ...password })).rejects.toMatchObject({ cause: "credentialsRefused" });
    expect(world.state).toMatchObject({ session: { state: "signedOut" }, identity: null });
  });

  test("asks for the second factor, takes a second try, and keeps no password", async () => {
    await world.addPortal();
    world.portal.on["POST /login"] = () => ({ next: "secondFactor", pending: "p1", expires: new Date().toISOString() });
    expect(await world.ask({ type: "login", ...password })).toEqual({ type: "asked" });
    expect(world.state.session).toMatchObject({ state: "asking", question: { about: "secondFactor" } });
    world.portal.on["POST /login/code"] = ({ body }) =>
      body.code === "123456" ? world.portal.signedIn() : refuse("codeRefused");
    await expect(world.ask({ type: "answerCode", code: "000000" })).rejects.toMatchObject({ cause: "codeRefused" });
    expect(world.state.session.state).toBe("asking");
    expect(await world.ask({ type: "answerCode", code: "123456" })).toEqual({ type: "done" });
    expect(world.state.identity).toEqual(identity);
    await expect(world.ask({ type: "answerCode", code: "1" })).rejects.toMatchObject({ cause: "badRequest" });
  });

  test("whose code came too late begins anew", async () => {
    await world.addPortal();
    world.portal.on["POST /login"] = () => ({ next: "secondFactor", pending: "p1", expires: new Date().toISOString() });
    world.portal.on["POST /login/code"] = () => refuse("loginExpired");
    await world.ask({ type: "login", ...password });
    await expect(world.ask({ type: "answerCode", code: "123456" })).rejects.toMatchObject({ cause: "loginExpired" });
    expect(world.state.session.state).toBe("signedOut");
  });

  test("without a portal, or with several and none named, says what is missing", async () => {
    await expect(world.ask({ type: "login", ...password })).rejects.toMatchObject({ cause: "notFound" });
    expect(world.state.session.state).toBe("signedOut");
  });
});

describe("signing in at a portal that takes its time", () => {
  test("is given up where the person cancels, and nothing is said that they know already", async () => {
    await world.addPortal();
    const { reached, goOn } = hang("POST /login");
    const cancelled = new AbortController();
    const signedIn = world.ask({ type: "login", ...password }, cancelled.signal);
    await reached;
    cancelled.abort();
    await expect(signedIn).rejects.toMatchObject({ cause: "cancelled" });
    expect(world.state).toMatchObject({ session: { state: "signedOut" }, identity: null, notice: null });
    goOn();
  });

  test("is given up by a word from any face; the next attempt is not disturbed by it", async () => {
    await world.addPortal();
    const { reached, goOn } = hang("POST /login");
    const signedIn = world.ask({ type: "login", ...password });
    await reached;
    await world.ask({ type: "logout" });
    await expect(signedIn).rejects.toMatchObject({ cause: "cancelled" });
    expect(world.state).toMatchObject({ session: { state: "signedOut" }, identity: null, notice: null });
    world.portal.on["POST /login"] = () => world.portal.signedIn();
    const again = world.ask({ type: "login", ...password });
    goOn();
    expect(await again).toEqual({ type: "done" });
    expect(world.state).toMatchObject({ session: { state: "signedIn" }, identity });
  });

  test("leaves the question open where only the answer to it is cancelled", async () => {
    await world.addPortal();
    world.portal.on["POST /login"] = () => ({ next: "secondFactor", pending: "p1", expires: new Date().toISOString() });
    const { reached, goOn } = hang("POST /login/code");
    await world.ask({ type: "login", ...password });
    const cancelled = new AbortController();
    const answered = world.ask({ type: "answerCode", code: "123456" }, cancelled.signal);
    await reached;
    cancelled.abort();
    await expect(answered).rejects.toMatchObject({ cause: "cancelled" });
    expect(world.state.session.state).toBe("asking");
    await world.ask({ type: "logout" });
    expect(world.state).toMatchObject({ session: { state: "signedOut" }, notice: null });
    goOn();
  });
});

describe("a remembered device", () => {
  const remember = async () => {
    await world.addPortal();
    world.portal.on["POST /login"] = () => world.portal.signedIn({ deviceToken: "device-token" });
    await world.ask({ type: "login", ...password, remember: true });
  };

  test("signs in without a password, also in the next agent", async () => {
    await remember();
    await world.killAgent();
    await world.startAgent();
    expect(await world.ask({ type: "portals" })).toMatchObject({
      portals: [{ remembered: { account: "acme", user: "anna" } }],
    });
    expect(await world.ask({ type: "loginRemembered", portal: null })).toEqual({ type: "done" });
    expect((await world.portal.called("POST", "/login/device")).body).toEqual({
      deviceToken: "device-token",
      device: "laptop",
    });
    expect(world.state.identity).toEqual(identity);
  });

  test("is kept in the keyring alone", async () => {
    await remember();
    const settings = await readFile(join(world.folder, "config", "settings.json"), "utf8");
    expect(settings).not.toContain("device-token");
    expect([...world.secrets.kept.values()]).toEqual(["device-token"]);
  });

  test("is not remembered without a keyring", async () => {
    world.secrets.open = false;
    await remember();
    expect(await world.ask({ type: "portals" })).toMatchObject({ portals: [{ remembered: null }] });
    await world.ask({ type: "logout" });
    await expect(world.ask({ type: "loginRemembered", portal: null })).rejects.toMatchObject({ cause: "signedOut" });
  });

  test("that the portal forgot is forgotten here", async () => {
    await remember();
    await world.killAgent();
    await world.startAgent();
    world.portal.on["POST /login/device"] = () => refuse("loginExpired");
    await expect(world.ask({ type: "loginRemembered", portal: null })).rejects.toMatchObject({ cause: "loginExpired" });
    expect(world.secrets.kept.size).toBe(0);
    expect(await world.ask({ type: "portals" })).toMatchObject({ portals: [{ remembered: null }] });
  });

  test("is forgotten by signing out, which tells the portal", async () => {
    await remember();
    await world.ask({ type: "logout" });
    await world.portal.called("POST", "/logout");
    await world.until(({ identity: who }) => who === null);
    await expect.poll(() => world.secrets.kept.size).toBe(0);
  });

  test("renews a session that the portal ended", async () => {
    await remember();
    await world.portal.called("GET", "/events");
    world.portal.on["POST /login/device"] = () => world.portal.signedIn({ token: "second-token" });
    world.portal.publish({ type: "signedOut", cause: "loginExpired" });
    expect((await world.portal.called("GET", "/events", 2)).bearer).toBe("second-token");
    expect(world.state.session.state).toBe("signedIn");
  });
});

test("a session that the portal ended leaves nobody signed in, and says why", async () => {
  await world.signIn();
  await world.portal.called("GET", "/events");
  world.portal.publish({ type: "signedOut", cause: "revoked" });
  await world.session("signedOut");
  expect(world.state.notice).toMatchObject({ cause: "revoked" });
});

describe("a portal whose key changed", () => {
  const change = async () => {
    await world.addPortal();
    const known = world.portal.certificate.pin;
    world.portal.certificate = issue({ name: portalHost, issuer: world.portal.authority, hosts: [portalHost] });
    await world.renewPortal();
    return { known, shown: world.portal.certificate.pin };
  };

  test("is a question; yes goes on signing in with the new one", async () => {
    const keys = await change();
    expect(await world.ask({ type: "login", ...password })).toEqual({ type: "asked" });
    expect(world.state.session).toEqual({
      state: "asking",
      question: { about: "certificateChanged", host: portalHost, ...keys, mayAccept: true },
    });
    expect(world.portal.calls.filter(({ path }) => path === "/login")).toEqual([]);
    expect(await world.ask({ type: "answerCertificate", accept: true })).toEqual({ type: "done" });
    expect(world.state.identity).toEqual(identity);
    expect(await world.ask({ type: "portals" })).toMatchObject({ portals: [{ pin: keys.shown }] });
  });

  test("stays refused with a no", async () => {
    await change();
    await world.ask({ type: "login", ...password });
    await world.ask({ type: "answerCertificate", accept: false });
    expect(world.state).toMatchObject({ session: { state: "signedOut" }, notice: { cause: "certificateChanged" } });
    await expect(world.ask({ type: "answerCertificate", accept: true })).rejects.toMatchObject({ cause: "badRequest" });
  });

  test("cannot be accepted where the administrator forbids it", async () => {
    await world.policy({ ...policy, portals: { ...policy.portals, acceptChangedCertificate: false } });
    await change();
    await world.ask({ type: "login", ...password });
    expect(world.state.session).toMatchObject({ question: { mayAccept: false } });
    await expect(world.ask({ type: "answerCertificate", accept: true })).rejects.toMatchObject({
      cause: "policyForbids",
    });
  });

  test("that was announced is no question", async () => {
    await world.signIn();
    await world.portal.called("GET", "/events");
    const { pin } = world.portal.certificate;
    const next = issue({ name: portalHost, issuer: world.portal.authority, hosts: [portalHost] });
    world.portal.publish({ type: "pins", pins: { current: pin, next: next.pin } });
    const settings = join(world.folder, "config", "settings.json");
    await expect.poll(() => readFile(settings, "utf8")).toContain(next.pin);
    world.portal.certificate = next;
    await world.renewPortal();
    await world.ask({ type: "logout" });
    expect(await world.ask({ type: "login", ...password })).toEqual({ type: "done" });
  });
});

describe("a proxy that wants a password", () => {
  const proxy = { host: "proxy.office", port: 3128 };

  const comesBetween = async () => {
    await world.ask({ type: "setProxy", setting: { mode: "manual", ...proxy }, credentials: null });
    world.race = ({ ways }) => {
      const way = ways.findIndex((one) => one.proxy !== null);
      const credentials = ways[way]?.proxy?.credentials;
      if (credentials?.password === "right") return undefined;
      const cause = credentials ? "proxyAuthRefused" : "proxyAuthRequired";
      return {
        reports: [
          { type: "attempt", attempt: { way, outcome: cause, elapsedMs: 1, detail: "" } },
          { type: "failed", cause, detail: "" },
        ],
      };
    };
  };

  const asks = (refused: boolean) =>
    expect
      .poll(() => world.state.session)
      .toEqual({ state: "asking", question: { about: "proxyPassword", ...proxy, refused } });
  const right = { type: "answerProxy", username: "u", password: "right", keep: false } as const;

  test("is asked about before a portal is known, and again when the answer is wrong; then the look goes on", async () => {
    await comesBetween();
    const looked = world.ask({ type: "inspectPortal", address: portalHost });
    await asks(false);
    expect(await world.ask({ ...right, password: "wrong" })).toEqual({ type: "done" });
    await asks(true);
    await world.ask(right);
    expect(await looked).toMatchObject({ type: "inspection", host: portalHost });
    expect(world.state.session).toEqual({ state: "signedOut" });
  });

  test("stands in the way of a look when nobody answers, or who looked goes away", async () => {
    await comesBetween();
    const declined = world.ask({ type: "inspectPortal", address: portalHost });
    await asks(false);
    await world.ask({ type: "logout" });
    await expect(declined).rejects.toMatchObject({ cause: "proxyAuthRequired" });
    const cancelled = new AbortController();
    const left = world.ask({ type: "inspectPortal", address: portalHost }, cancelled.signal);
    await asks(false);
    cancelled.abort();
    await expect(left).rejects.toThrow();
    expect(world.state.session).toEqual({ state: "signedOut" });
  });

  test("lets a preset portal be learnt at the first sign-in", async () => {
    await comesBetween();
    const preset = [{ host: portalHost, port: 443, authority: world.portal.authority.fingerprint }];
    await world.policy({ ...policy, portals: { ...policy.portals, preset, others: false } });
    const signedIn = world.ask({ type: "login", ...password });
    await asks(false);
    await world.ask(right);
    expect(await signedIn).toEqual({ type: "done" });
  });

  test("is a question; the answer is tried at once, and asked for again when it is wrong", async () => {
    await world.addPortal();
    await comesBetween();
    expect(await world.ask({ type: "login", ...password })).toEqual({ type: "asked" });
    expect(world.state.session).toEqual({
      state: "asking",
      question: { about: "proxyPassword", ...proxy, refused: false },
    });
    const answer = { type: "answerProxy", username: "u", keep: true } as const;
    expect(await world.ask({ ...answer, password: "wrong" })).toEqual({ type: "asked" });
    expect(world.state.session).toMatchObject({ question: { refused: true } });
    expect(await world.ask({ ...answer, password: "right" })).toEqual({ type: "done" });
    expect(world.state.identity).toEqual(identity);
    expect(world.secrets.kept.get("proxy proxy.office:3128")).toBe('{"username":"u","password":"right"}');
    expect(await world.ask({ type: "proxy" })).toMatchObject({ credentials: true, fixedByPolicy: false });
  });

  test("leads into a sign-in that can be given up like any other", async () => {
    await world.addPortal();
    await comesBetween();
    await world.ask({ type: "login", ...password });
    const { reached, goOn } = hang("POST /login");
    const answered = world.ask(right);
    await reached;
    expect(world.state.session.state).toBe("signingIn");
    await world.ask({ type: "logout" });
    await expect(answered).rejects.toMatchObject({ cause: "signedOut" });
    expect(world.state).toMatchObject({ session: { state: "signedOut" }, identity: null, notice: null });
    goOn();
  });

  test("given for this time only is not kept", async () => {
    await world.addPortal();
    await comesBetween();
    await world.ask({ type: "login", ...password });
    await world.ask({ type: "answerProxy", username: "u", password: "right", keep: false });
    expect(world.secrets.kept.size).toBe(0);
  });
});

test("a portal that the administrator preset is there, and cannot be removed", async () => {
  const authority = world.portal.authority.fingerprint;
  const preset = [{ host: portalHost, port: 443, authority }];
  await world.policy({ ...policy, portals: { ...policy.portals, preset, others: false } });
  expect(await world.ask({ type: "login", ...password })).toEqual({ type: "done" });
  expect(await world.ask({ type: "portals" })).toMatchObject({
    portals: [{ host: portalHost, authority, fixedByPolicy: true }],
  });
  await world.ask({ type: "logout" });
  await expect(world.ask({ type: "removePortal", host: portalHost })).rejects.toMatchObject({ cause: "policyForbids" });
});

describe("a preset portal out of reach at the start", () => {
  const authority = "cd".repeat(32);
  const unseen = {
    host: portalHost,
    port: 443,
    authority,
    pin: null,
    remembered: null,
    last: null,
    fixedByPolicy: true,
  };
  const preset = [{ host: portalHost, port: 443, authority }];

  beforeEach(async () => {
    world.race = ({ ways }) => ({
      reports: [
        { type: "attempt", attempt: { way: ways.length - 1, outcome: "refused", elapsedMs: 1, detail: "" } },
        { type: "failed", cause: "noWay", detail: "" },
      ],
    });
    await world.policy({ ...policy, portals: { ...policy.portals, preset } });
    await world.killAgent();
    await world.startAgent();
  });

  test("is listed, so that nobody is asked for its address, and is what sign-in and doctor go to", async () => {
    expect(await world.ask({ type: "portals" })).toEqual({ type: "portals", portals: [unseen] });
    await expect(world.ask({ type: "login", ...password })).rejects.toMatchObject({ cause: "noWay" });
    const diagnosed = await world.ask({ type: "doctor", portal: null, language: "en" });
    expect(diagnosed).toMatchObject({
      diagnosis: { ask: expect.arrayContaining([{ host: portalHost, port: 443, through: null }]) },
    });
  });

  test("is one of several as soon as another is known: then one must be named", async () => {
    const second = { ...unseen, host: "second.test" };
    const both = [...preset, { host: "second.test", port: 443, authority }];
    await world.policy({ ...policy, portals: { ...policy.portals, preset: both } });
    expect(await world.ask({ type: "portals" })).toEqual({ type: "portals", portals: [unseen, second] });
    await expect(world.ask({ type: "login", ...password })).rejects.toMatchObject({ cause: "badRequest" });
    await expect(world.ask({ type: "login", ...password, portal: "second.test" })).rejects.toMatchObject({
      cause: "noWay",
    });
  });
});

test("a preset portal that shows another authority than the policy names is not signed in to", async () => {
  const preset = [{ host: portalHost, port: 443, authority: "0".repeat(64) }];
  await world.policy({ ...policy, portals: { ...policy.portals, preset } });
  await expect(world.ask({ type: "login", ...password })).rejects.toMatchObject({ cause: "tlsInspected" });
  expect(world.portal.calls.some(({ path }) => path === "/login")).toBe(false);
});

test("a proxy that the administrator fixed cannot be changed, and is not gone around", async () => {
  await world.addPortal();
  await world.policy({ ...policy, proxy: { mode: "manual", host: "proxy.office", port: 3128 } });
  const set = world.ask({ type: "setProxy", setting: { mode: "none" }, credentials: null });
  await expect(set).rejects.toMatchObject({ cause: "policyForbids" });
  await world.ask({ type: "login", ...password });
  expect(world.races.at(-1)?.ways.every(({ proxy }) => proxy?.host === "proxy.office")).toBe(true);
});
