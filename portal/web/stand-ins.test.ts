import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { setStandInPolicy } from "./store/accounts.ts";
import { addGrant } from "./store/grants.ts";
import type { Machine } from "./store/machines.ts";
import { addNetwork } from "./store/networks.ts";
import type { TestClient } from "./testing/client.ts";
import type { FramePeer } from "./testing/frames.ts";
import { addGrantedMachine, addPerson, signedIn } from "./testing/people.ts";
import { TestPortal } from "./testing/portal.ts";
import { enrolledRouter } from "./testing/router.ts";

describe("a stand-in on request", () => {
  let portal: TestPortal;
  let front: FramePeer;
  let machine: Machine;
  let anna: TestClient;
  beforeEach(async () => {
    portal = await TestPortal.start();
    await portal.addAccount("Nordwerk");
    for (const name of ["anna", "bo"]) await addPerson(portal, "Nordwerk", name);
    machine = await addGrantedMachine(portal, "Nordwerk", "M-17", "192.168.0.0/24", ["anna"]);
    front = await portal.front();
    anna = await signedIn(portal, "Nordwerk", "anna");
  });
  afterEach(() => portal.stop());

  const ask = (client: TestClient, networks = ["192.168.0.0/24"]) =>
    client.post(`/machines/${machine.id}/stand-in`, { networks });

  it("is drawn, and answered when the router has dialled anew", async () => {
    const router = await enrolledRouter(portal, front, machine);
    const asked = ask(anna);
    await portal.exchange.expect({ type: "closeTunnel", tunnel: router.ticket.id, reason: "tunnelReplaced" });
    await router.dialAgain();
    expect((await asked).body).toMatchObject({
      networks: [{ network: "192.168.0.0/24", standIn: expect.stringMatching(/^100\..*\/24$/) }],
    });
  });

  it("is refused without a right on the whole network, by policy, and without a router", async () => {
    const cause = async (client = anna, networks?: string[]) => (await ask(client, networks)).body.cause;
    expect(await cause()).toBe("machineOffline");
    expect(await cause(anna, ["10.9.0.0/24"])).toBe("networkUnknown");
    const bo = await signedIn(portal, "Nordwerk", "bo");
    expect(await cause(bo)).toBe("machineUnknown");
    const part = { network: null, destination: "192.168.0.10/32", protocol: null, ports: null, until: null };
    await addGrant(portal.admin, "Nordwerk", { user: "bo", machine: "M-17", ...part });
    expect(await cause(bo)).toBe("rightsMissing");
    await setStandInPolicy(portal.admin, "Nordwerk", "never");
    await portal.changed();
    expect(await cause()).toBe("standInRefused");
  });

  it("is nobody's of another account", async () => {
    await portal.addAccount("Globex");
    await addPerson(portal, "Globex", "carl");
    expect((await ask(await signedIn(portal, "Globex", "carl"))).body.cause).toBe("machineUnknown");
  });

  it("is not needed where the account gives them always", async () => {
    await setStandInPolicy(portal.admin, "Nordwerk", "always");
    await addNetwork(portal.admin, "Nordwerk", "M-17", "10.9.0.0/24", "best");
    const { body } = await anna.get(`/machines/${machine.id}`);
    const networks = body.networks as readonly { readonly standIn: string | null }[];
    expect(networks.map(({ standIn }) => standIn?.slice(0, 4))).toEqual(["100.", "100."]);
  });
});
