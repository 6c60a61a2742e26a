import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { CauseError } from "../../contract/causes.ts";
import type { RouterTicket } from "../../contract/portal.ts";
import { newRouterKey } from "../enrolment/router-key.ts";
import { TestAuthority } from "../testing/certificates.ts";
import { sampleCredentials, sampleTicket } from "../testing/samples.ts";
import { CredentialStore, type Credentials, credentialsPath, saveCredentials } from "./credentials.ts";
import { rotatingTicket } from "./rotation.ts";

let directory = "";

beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), "anslut-router-"));
});
afterEach(() => rm(directory, { recursive: true, force: true }));

describe("the router's password", () => {
  test("is replaced on disk before it is used, and the old one stays until the new one has worked", async () => {
    const portal = new RotatingPortal("first");
    const store = await stored({ password: "first" });
    await rotatingTicket(store, portal.ask);
    expect((await reread()).current).toMatchObject({ password: "p1", formerPassword: "first" });
    await rotatingTicket(store, portal.ask);
    expect((await reread()).current).toMatchObject({ password: "p2", formerPassword: "p1" });
    expect(portal.used).toEqual(["first", "p1"]);
  });

  test("works after a cut between the portal's answer and the disk", async () => {
    const portal = new RotatingPortal("first");
    const store = await stored({ password: "first" });
    await portal.ask("first"); // the answer is lost
    await rotatingTicket(store, portal.ask);
    expect(portal.used).toEqual(["first", "first"]);
  });

  test("works after a cut between the disk and its first use", async () => {
    const portal = new RotatingPortal("first");
    await rotatingTicket(await stored({ password: "first" }), portal.ask);
    await rotatingTicket(await reread(), portal.ask);
    expect(portal.used).toEqual(["first", "p1"]);
  });

  test("is the former one where the portal forgot the newest", async () => {
    const portal = new RotatingPortal("former");
    const store = await stored({ password: "newest", formerPassword: "former" });
    await rotatingTicket(store, portal.ask);
    expect(portal.used).toEqual(["newest", "former"]);
    expect(store.current).toMatchObject({ password: "p1", formerPassword: "former" });
  });

  test("is not tried twice where the portal is out of reach", async () => {
    const store = await stored({ formerPassword: "former" });
    const used: string[] = [];
    const asked = rotatingTicket(store, (password) => {
      used.push(password);
      return Promise.reject(new CauseError("noWay"));
    });
    await expect(asked).rejects.toMatchObject({ cause: "noWay" });
    expect(used).toEqual(["first"]);
  });

  test("is not used where it could not be kept", async () => {
    const portal = new RotatingPortal("first");
    const store = await stored({ password: "first" });
    await rm(directory, { recursive: true });
    await expect(rotatingTicket(store, portal.ask)).rejects.toMatchObject({ key: "diskFault" });
    expect(store.current.password).toBe("first");
  });
});

describe("a renewed certificate", () => {
  test("is kept, and announced pins too", async () => {
    const key = newRouterKey();
    const certificate = await (await TestAuthority.make(directory, "tunnels")).certify(key.publicKey);
    const pins = { current: "cd".repeat(32), next: "ef".repeat(32) };
    const store = await stored({ privateKey: key.privateKey });
    await rotatingTicket(store, async () => sampleTicket({ certificate, pins }));
    expect((await reread()).current).toMatchObject({ certificate, pins });
  });

  test("for another key is refused, and nothing changes", async () => {
    const certificate = await (await TestAuthority.make(directory, "tunnels")).certify(newRouterKey().publicKey);
    const store = await stored({});
    const asked = rotatingTicket(store, async () => sampleTicket({ certificate }));
    await expect(asked).rejects.toMatchObject({ cause: "portalFault" });
    expect((await reread()).current).toMatchObject({ password: "first" });
  });
});

/** Holds a password good until the next one it gave out is used. */
class RotatingPortal {
  readonly used: string[] = [];
  #good: readonly string[];
  #count = 0;

  constructor(password: string) {
    this.#good = [password];
  }

  readonly ask = async (password: string): Promise<RouterTicket> => {
    this.used.push(password);
    if (!this.#good.includes(password)) throw new CauseError("credentialsRefused");
    const next = `p${++this.#count}`;
    this.#good = [password, next];
    return sampleTicket({ password: next });
  };
}

async function stored(change: Partial<Credentials>): Promise<CredentialStore> {
  await saveCredentials(credentialsPath(directory), sampleCredentials(change));
  return await reread();
}

function reread(): Promise<CredentialStore> {
  return CredentialStore.open(directory);
}
