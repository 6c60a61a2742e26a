import { once } from "node:events";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import { type AddressInfo, connect } from "node:net";
import { text } from "node:stream/consumers";
import { expect, onTestFinished, test } from "vitest";
import { CauseError } from "../../../contract/causes.ts";
import { PortalGate } from "./portal-gate.ts";

const origin = "https://portal.example:8443";

/** A portal on loopback, and the gate to it; a stream of the agent's is here a plain connection. */
async function gateTo(answer: (request: IncomingMessage, response: ServerResponse) => void) {
  const server = createServer(answer);
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  let opened = 0;
  const open = async () => {
    opened += 1;
    const socket = connect(port, "127.0.0.1");
    await once(socket, "connect");
    return socket.pause(); // as the agent's client hands it over
  };
  const gate = new PortalGate({ origin, open, now: () => 0 });
  onTestFinished(() => {
    gate.close();
    server.close();
    server.closeAllConnections();
  });
  return { gate, opened: () => opened };
}

test("a request goes to the portal with its own host, and the answer comes back", async () => {
  const seen: IncomingMessage[] = [];
  const { gate } = await gateTo((request, response) => {
    seen.push(request);
    response.writeHead(200, { "content-type": "text/plain", "x-frame-options": "DENY" }).end("hello");
  });
  const answer = await gate.fetch(new Request(`${origin}/assets/x.js?v=1`, { headers: { accept: "*/*" } }));
  expect(await answer.text()).toBe("hello");
  expect(answer.headers.get("x-frame-options")).toBe("DENY");
  expect(seen[0]).toMatchObject({ url: "/assets/x.js?v=1", method: "GET", headers: { host: "portal.example:8443" } });
  expect(seen[0]?.headers.origin).toBeUndefined();
});

test.each(["https://portal.example/", "http://portal.example:8443/", "https://evil.example/?portal.example:8443"])(
  "%s is not the portal and is refused",
  async (address) => {
    const { gate, opened } = await gateTo(() => {});
    await expect(gate.fetch(new Request(address))).rejects.toMatchObject({
      cause: "forbidden",
    });
    expect(opened()).toBe(0);
  },
);

test("what changes something carries the origin, whatever the page says of it, and its body", async () => {
  const seen: { readonly origin: string | undefined; readonly body: string }[] = [];
  const { gate } = await gateTo((request, response) => {
    void text(request).then((body) => {
      seen.push({ origin: request.headers.origin, body });
      response.end("{}");
    });
  });
  const headers = { "content-type": "application/json", origin: "https://evil.example" };
  await (await gate.fetch(new Request(`${origin}/api/v1/login`, { method: "POST", headers, body: '{"a":1}' }))).text();
  expect(seen).toEqual([{ origin, body: '{"a":1}' }]);
});

test("events come as they happen, and the stream ends when the page lets go", async () => {
  const streams: ServerResponse[] = [];
  const { gate } = await gateTo((_request, response) => {
    response.writeHead(200, { "content-type": "text/event-stream" });
    response.write("data: 1\n\n");
    streams.push(response);
  });
  const answer = await gate.fetch(new Request(`${origin}/api/v1/events`));
  const reader = answer.body?.getReader();
  const decode = (value: Uint8Array | undefined): string => new TextDecoder().decode(value);
  expect(decode((await reader?.read())?.value)).toBe("data: 1\n\n");
  streams[0]?.write("data: 2\n\n");
  expect(decode((await reader?.read())?.value)).toBe("data: 2\n\n");
  const closed = once(streams[0] as ServerResponse, "close");
  await reader?.cancel();
  await closed;
});

test("the session's cookie is kept here and never shown to the page; a sign-out ends it", async () => {
  const cookies: (string | undefined)[] = [];
  const { gate } = await gateTo((request, response) => {
    cookies.push(request.headers.cookie);
    if (request.url === "/api/v1/login/hand-over") {
      response.setHeader("set-cookie", [
        "__Host-anslut=abc; Path=/; Secure; HttpOnly; SameSite=Strict; Max-Age=3600",
        "tracker=1; Path=/",
      ]);
    }
    if (request.url === "/api/v1/logout") response.setHeader("set-cookie", "__Host-anslut=; Path=/; Secure; Max-Age=0");
    response.end("{}");
  });
  const ask = (path: string, method = "GET") =>
    gate.fetch(new Request(`${origin}${path}`, { method, headers: { cookie: "own=1" } }));
  expect(gate.isSignedOut).toBe(false);
  expect((await ask("/api/v1/login/hand-over", "POST")).headers.getSetCookie()).toEqual([]);
  await ask("/api/v1/me");
  expect(gate.isSignedOut).toBe(false);
  await ask("/api/v1/logout", "POST");
  expect(gate.isSignedOut).toBe(true);
  await ask("/");
  expect(cookies).toEqual([undefined, "__Host-anslut=abc", "__Host-anslut=abc", undefined]);
});

test("a page that asks who it is before its code is spent is not taken for signed out; a refused code is", async () => {
  const { gate } = await gateTo((_request, response) => response.writeHead(401).end("{}"));
  await gate.fetch(new Request(`${origin}/api/v1/me`));
  expect(gate.isSignedOut).toBe(false);
  await gate.fetch(new Request(`${origin}/api/v1/login/hand-over`, { method: "POST", body: "{}" }));
  expect(gate.isSignedOut).toBe(true);
});

test("connections are used again, several stand side by side, and none is opened without need", async () => {
  const waiting: ServerResponse[] = [];
  const { gate, opened } = await gateTo((request, response) => {
    if (request.url === "/slow") waiting.push(response);
    else response.end("x");
  });
  for (const _ of [1, 2, 3]) await (await gate.fetch(new Request(`${origin}/quick`))).text();
  expect(opened()).toBe(1);
  const slow = gate.fetch(new Request(`${origin}/slow`));
  await (await gate.fetch(new Request(`${origin}/quick`))).text();
  waiting[0]?.end("late");
  expect(await (await slow).text()).toBe("late");
  expect(opened()).toBe(2);
});

test("a way that does not stand is told with its own cause", async () => {
  const open = () => Promise.reject(new CauseError("noWay", "all ports are closed"));
  const gate = new PortalGate({ origin, open, now: () => 0 });
  await expect(gate.fetch(new Request(`${origin}/`))).rejects.toMatchObject({ cause: "noWay" });
});

test("an answer without a body is one without a body", async () => {
  const { gate } = await gateTo((_request, response) => response.writeHead(304).end());
  const answer = await gate.fetch(new Request(`${origin}/`));
  expect(answer.status).toBe(304);
  expect(answer.body).toBeNull();
});
