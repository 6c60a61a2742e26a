import { once } from "node:events";
import type { IncomingMessage, RequestListener } from "node:http";
import { createServer } from "node:https";
import type { AddressInfo } from "node:net";
import { afterEach, beforeAll, describe, expect, test, vi } from "vitest";
import type { PortalTrust } from "./certificate.ts";
import { inspectPortal } from "./inspect.ts";
import { PinnedAgent } from "./pinned-agent.ts";
import { callHttps } from "./pinned-https.ts";
import { PortalClient } from "./portal-client.ts";
import type { Issued } from "./testing/certificates.ts";
import { issue } from "./testing/certificates.ts";
import { FakeProgram, playRelay } from "./testing/fake-program.ts";

// Programs are started here: on a busy machine that takes its time.
vi.setConfig({ testTimeout: 30_000, hookTimeout: 30_000 });

const host = "portal.test";
const dayMs = 86_400_000;
let authority: Issued;
let portal: Issued;
const cleanups: (() => Promise<unknown> | unknown)[] = [];

beforeAll(() => {
  authority = issue({ name: "Portal authority" });
  portal = issue({ name: host, issuer: authority, hosts: [host] });
});

afterEach(async () => {
  for (const cleanup of cleanups.splice(0).reverse()) await cleanup();
});

interface Served {
  readonly requests: IncomingMessage[];
  readonly trusted: string[];
  readonly relay: FakeProgram;
  readonly agent: PinnedAgent;
  call(path?: string, bearer?: string | null): ReturnType<typeof callHttps>;
}

const about = { product: "anslut-portal", version: "1", time: "2026-11-21T00:00:00.000Z" };
const answerAbout: RequestListener = (_, response) => response.end(JSON.stringify(about));

/** A portal that shows `shown`, and a client that knows `trust`. */
async function serve(shown: Issued, trust: PortalTrust, listener: RequestListener = answerAbout): Promise<Served> {
  const requests: IncomingMessage[] = [];
  const chain = shown.pem + (shown === portal ? authority.pem : "");
  const server = createServer({ cert: chain, key: shown.keyPem }, (request, response) => {
    requests.push(request);
    listener(request, response);
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  const relay = new FakeProgram(({ socket }) => playRelay(socket, () => ({ port })));
  const trusted: string[] = [];
  const agent = new PinnedAgent({
    host,
    program: relay.program,
    trust: () => trust,
    ways: async () => [{ host, port: 443, proxy: null, wrap: null }],
    onTrusted: (pin) => trusted.push(pin),
  });
  cleanups.push(async () => {
    agent.destroy();
    server.closeAllConnections();
    server.close();
    await relay[Symbol.asyncDispose]();
  });
  const call = (path = "/api/v1/about", bearer: string | null = null) =>
    callHttps({ host, port: 443, agent }, { method: "GET", path, body: null, bearer });
  return { requests, trusted, relay, agent, call };
}

function trustIn(pin: string, by: Issued | null = authority): PortalTrust {
  return { authority: by && { fingerprint: by.fingerprint, pem: by.pem }, pins: { current: pin, next: null } };
}

describe("HTTPS to a portal", () => {
  test("passes when its own authority vouches and the key is the known one", async () => {
    const { call, trusted } = await serve(portal, trustIn(portal.pin));
    expect(await call()).toEqual({ status: 200, value: about });
    expect(trusted).toEqual([portal.pin]);
  });

  test("keeps the connection for the next request", async () => {
    const { call, relay } = await serve(portal, trustIn(portal.pin));
    await call();
    await call();
    expect(relay.started).toHaveLength(1);
  });

  test("passes on a renewed certificate with the same key", async () => {
    const renewed = issue({ name: host, issuer: authority, hosts: [host], key: portal.key });
    const { call } = await serve(renewed, trustIn(portal.pin));
    expect((await call()).status).toBe(200);
  });

  test("passes on the key that the portal announced to come next, and says which one it was", async () => {
    const next = issue({ name: host, issuer: authority, hosts: [host] });
    const { call, trusted } = await serve(next, {
      ...trustIn(portal.pin),
      pins: { current: portal.pin, next: next.pin },
    });
    expect((await call()).status).toBe(200);
    expect(trusted).toEqual([next.pin]);
  });

  const stranger = () => issue({ name: "Somebody's authority" });
  test.each<[string, () => Issued, () => PortalTrust, string]>([
    [
      "the portal has another key under the known authority",
      () => issue({ name: host, issuer: authority, hosts: [host] }),
      () => trustIn(portal.pin),
      "certificateChanged",
    ],
    [
      "an authority nobody confirmed issued another key (an office's inspection)",
      () => issue({ name: host, issuer: stranger(), hosts: [host] }),
      () => trustIn(portal.pin),
      "tlsInspected",
    ],
    [
      "the right key comes under an authority nobody confirmed",
      () => issue({ name: host, issuer: stranger(), hosts: [host], key: portal.key }),
      () => trustIn(portal.pin),
      "certificateUntrusted",
    ],
    [
      "the right key names another host",
      () => issue({ name: host, issuer: authority, hosts: ["other.test"], key: portal.key }),
      () => trustIn(portal.pin),
      "certificateUntrusted",
    ],
    [
      "it is expired by our clock",
      () =>
        issue({
          name: host,
          issuer: authority,
          hosts: [host],
          key: portal.key,
          until: new Date(Date.now() - dayMs / 2),
        }),
      () => trustIn(portal.pin),
      "clockWrong",
    ],
    [
      "it is not yet valid by our clock",
      () =>
        issue({ name: host, issuer: authority, hosts: [host], key: portal.key, from: new Date(Date.now() + dayMs) }),
      () => trustIn(portal.pin),
      "clockWrong",
    ],
    ["the system is to vouch and does not", () => portal, () => trustIn(portal.pin, null), "certificateUntrusted"],
  ])("stops before a byte is sent when %s", async (_, shown, trust, cause) => {
    const { call, requests } = await serve(shown(), trust());
    await expect(call("/api/v1/me", "secret-token")).rejects.toMatchObject({ cause });
    expect(requests).toEqual([]);
  });

  test("names both keys when they differ", async () => {
    const changed = issue({ name: host, issuer: authority, hosts: [host] });
    const { call } = await serve(changed, trustIn(portal.pin));
    await expect(call()).rejects.toMatchObject({ known: portal.pin, shown: changed.pin });
  });

  test("is not weakened by the environment", async () => {
    process.env.NODE_TLS_REJECT_UNAUTHORIZED = "0";
    cleanups.push(() => void delete process.env.NODE_TLS_REJECT_UNAUTHORIZED);
    const forged = issue({ name: host, issuer: stranger(), hosts: [host], key: portal.key });
    const { call } = await serve(forged, trustIn(portal.pin));
    await expect(call()).rejects.toMatchObject({ cause: "certificateUntrusted" });
  });

  test("follows no redirect", async () => {
    const { call } = await serve(portal, trustIn(portal.pin), (_, response) => {
      response.writeHead(302, { location: "https://evil.test/" }).end("{}");
    });
    expect((await call()).status).toBe(302);
  });

  test("says notAPortal when the answer is no JSON, and portalFault when it is endless", async () => {
    const html = await serve(portal, trustIn(portal.pin), (_, response) => response.end("<html>"));
    await expect(html.call()).rejects.toMatchObject({ cause: "notAPortal" });
    const endless = await serve(portal, trustIn(portal.pin), (_, response) => {
      const more = (): void => {
        while (!response.destroyed && response.write(Buffer.alloc(65_536, " ")));
        response.once("drain", more);
      };
      more();
    });
    await expect(endless.call()).rejects.toMatchObject({ cause: "portalFault" });
  });

  test("asks again when a kept connection had died unnoticed", async () => {
    let served = 0;
    const { call } = await serve(portal, trustIn(portal.pin), (request, response) => {
      served++;
      if (served === 2) request.socket.destroy();
      else response.end(JSON.stringify(about));
    });
    await call();
    expect((await call()).status).toBe(200);
    expect(served).toBe(3);
  });

  test("carries the relay's cause", async () => {
    const relay = new FakeProgram(({ socket }) =>
      playRelay(socket, () => ({ reports: [{ type: "failed", cause: "proxyAuthRequired", detail: "" }] })),
    );
    cleanups.push(() => relay[Symbol.asyncDispose]());
    const agent = new PinnedAgent({
      host,
      program: relay.program,
      trust: () => trustIn(portal.pin),
      ways: async () => [{ host, port: 443, proxy: null, wrap: null }],
    });
    const client = new PortalClient({ host, port: 443, agent }, () => null);
    await expect(client.about()).rejects.toMatchObject({ cause: "proxyAuthRequired" });
  });

  test("keeps no connection that was still being made when everything was closed", async () => {
    const { agent } = await serve(portal, trustIn(portal.pin), (_, response) => response.end(JSON.stringify(about)));
    const client = new PortalClient({ host, port: 443, agent }, () => null);
    const asked = client.about();
    agent.close();
    await expect(asked).rejects.toMatchObject({ cause: "cancelled" });
  });

  test("can be cancelled", async () => {
    const { agent } = await serve(portal, trustIn(portal.pin), () => controller.abort());
    const controller = new AbortController();
    const client = new PortalClient({ host, port: 443, agent }, () => null);
    await expect(client.about(controller.signal)).rejects.toMatchObject({ cause: "cancelled" });
  });
});

describe("a portal's refusal", () => {
  test("is thrown as its cause", async () => {
    const { agent } = await serve(portal, trustIn(portal.pin), (_, response) => {
      response.writeHead(403).end(JSON.stringify({ cause: "rightsMissing", detail: "no" }));
    });
    const client = new PortalClient({ host, port: 443, agent }, () => "token");
    await expect(client.machines({})).rejects.toMatchObject({ cause: "rightsMissing", detail: "no" });
  });

  test("goes out with the session's token and the JSON body", async () => {
    const bodies: string[] = [];
    const { agent, requests } = await serve(portal, trustIn(portal.pin), async (request, response) => {
      for await (const chunk of request) bodies.push(String(chunk));
      response.end(JSON.stringify({ done: true }));
    });
    const client = new PortalClient({ host, port: 443, agent }, () => "token");
    await client.disconnect("m 1", { tunnel: null });
    expect(requests[0]).toMatchObject({ method: "POST", url: "/api/v1/machines/m%201/disconnect" });
    expect(requests[0]?.headers).toMatchObject({ authorization: "Bearer token", "content-type": "application/json" });
    expect(bodies).toEqual(['{"tunnel":null}']);
  });

  test("that is none of ours means that it is no portal", async () => {
    const { agent } = await serve(portal, trustIn(portal.pin), (_, response) => response.writeHead(500).end('{"x":1}'));
    const client = new PortalClient({ host, port: 443, agent }, () => null);
    await expect(client.about()).rejects.toMatchObject({ cause: "notAPortal" });
  });
});

describe("inspecting a portal", () => {
  test("shows its authority without trusting it, and sends no secret", async () => {
    const { relay, requests } = await serve(portal, trustIn(portal.pin));
    const ways = [{ host, port: 443, proxy: null, wrap: null }];
    const seen = await inspectPortal({ host, port: 443, program: relay.program, ways });
    expect(seen).toMatchObject({
      systemTrust: false,
      authority: { fingerprint: authority.fingerprint },
      authorityName: "Portal authority",
      pin: portal.pin,
      about,
    });
    expect(requests.map(({ url, headers }) => [url, headers.authorization])).toEqual([["/api/v1/about", undefined]]);
  });
});
