import { setTimeout as passed } from "node:timers/promises";
import { afterAll, afterEach, beforeAll, expect, test } from "vitest";
import type { Ticket } from "../../contract/ticket.ts";
import { HelperCaller } from "../attack/helper-caller.ts";
import { type Headers, HttpsCaller, loginOf } from "../attack/https-caller.ts";
import type { HostName } from "../lab/topology.ts";
import { Scene } from "./scene.ts";

// Tickets that do not open a tunnel. The portal's own API draws them, the real helper spends them; the technician's agent, which
// never spends such a one, must show what is so all the same.

interface Drawer {
  readonly name: string;
  readonly headers: Headers;
}

let scene: Scene;
let api: HttpsCaller;
let frida: Drawer;
let gustav: Drawer;
/** Drawn before everything else. */
let old: Ticket;

beforeAll(async () => {
  scene = await Scene.open();
  await scene.signIn();
  api = new HttpsCaller(scene.lab, "stranger");
  frida = await addDrawer("frida");
  gustav = await addDrawer("gustav");
  old = await draw(frida);
});
afterAll(async () => {
  await api.close();
  await scene.close();
});
afterEach(() => scene.reset());

async function addDrawer(name: string): Promise<Drawer> {
  const { password } = (await scene.portal(["user", "add", "acme", name])) as { readonly password: string };
  const { token } = JSON.parse((await api.post("/api/v1/login", loginOf("acme", name, password))).text) as {
    readonly token: string;
  };
  return { name, headers: { authorization: `Bearer ${token}` } };
}

async function draw({ headers }: Drawer): Promise<Ticket> {
  const answer = await api.post("/api/v1/tickets", { device: "tap", laptop: "elsewhere", replaces: null }, headers);
  expect(answer.status).toBe(200);
  return JSON.parse(answer.text) as Ticket;
}

/** Which tunnels the portal has of a person, by their tickets. */
async function tunnelsOf({ headers }: Drawer): Promise<readonly string[]> {
  const { tunnels } = JSON.parse((await api.get("/api/v1/tunnels", headers)).text) as {
    readonly tunnels: readonly { readonly id: string }[];
  };
  return tunnels.map(({ id }) => id);
}

/** A program on some computer that has the helper open a tunnel with a ticket; `credentials` may be another one's. */
async function spend(
  ticket: Ticket,
  credentials = ticket.credentials,
  place: { readonly host: HostName; readonly user: string } = { host: "laptop", user: "tech" },
): Promise<{ readonly said: string; readonly end: () => Promise<void> }> {
  const caller = new HelperCaller(scene.lab, place.host, place.user);
  await caller.hello();
  const answer = await caller.ask({
    type: "connect",
    ticket: ticket.id,
    ways: ticket.endpoints.map(({ port }) => ({
      host: scene.lab.variable("PORTAL_ADDRESS"),
      port,
      proxy: null,
      wrap: null,
    })),
    server: ticket.server,
    credentials,
    identity: null,
    addressing: { kind: "dhcp", mac: ticket.mac, slices: ticket.slices },
  });
  const end = async (): Promise<void> => {
    await caller.ask({ type: "disconnect" });
    await caller.close();
  };
  return { said: answer.type === "refusal" ? answer.cause : "up", end };
}

test("a ticket of another user: neither her name with one's own key, nor her password, opens anything, and hers stays good", async () => {
  const hers = await draw(gustav);
  const asHer = await spend(await draw(frida), hers.credentials);
  expect(asHer.said).toBe("ticketRefused");
  await asHer.end();
  const own = await draw(frida);
  const withHerPassword = await spend(own, { ...own.credentials, password: hers.credentials.password });
  expect(withHerPassword.said).not.toBe("up");
  await withHerPassword.end();
  expect(await tunnelsOf(frida)).toEqual([]);
  expect(await tunnelsOf(gustav)).toEqual([]);
  await scene.nothingIsLeft();
  const good = await spend(hers);
  expect(good.said).toBe("up");
  expect(await tunnelsOf(gustav)).toEqual([hers.id]);
  await good.end();
  await scene.nothingIsLeft();
});

test("a ticket that was used: the second one gets nothing, while the first tunnel lives and after it", async () => {
  const ticket = await draw(frida);
  const first = await spend(ticket, ticket.credentials, { host: "laptop2", user: "tech2" });
  expect(first.said).toBe("up");
  const second = await spend(ticket);
  expect(second.said).not.toBe("up");
  await second.end();
  await scene.nothingIsLeft();
  expect(await tunnelsOf(frida)).toEqual([ticket.id]);
  await first.end();
  await expect.poll(() => tunnelsOf(frida), { timeout: 15_000 }).toEqual([]);
  const third = await spend(ticket);
  expect(third.said).not.toBe("up");
  await third.end();
  await scene.nothingIsLeft();
}, 120_000);

test("a ticket of somebody who was disabled meanwhile opens nothing", async () => {
  const ticket = await draw(gustav);
  await scene.portal(["user", "disable", "acme", "gustav"]);
  const late = await spend(ticket);
  expect(late.said).not.toBe("up");
  await late.end();
  await scene.nothingIsLeft();
});

test("an expired ticket opens nothing, and the technician's own dial is none the worse for it", async () => {
  await passed(Math.max(0, Date.parse(old.expires) + 1000 - Date.now()));
  const late = await spend(old);
  expect(late.said).not.toBe("up");
  await late.end();
  expect(await tunnelsOf(frida)).toEqual([]);
  await scene.nothingIsLeft();
  await scene.work();
  await scene.leavesNothing();
}, 150_000);
