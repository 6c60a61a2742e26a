import { join } from "node:path";
import { expect, test } from "vitest";
import { agentProtocol } from "../../../contract/agent.ts";
import { agentPlace } from "../../face/agent-place.ts";
import { FakeAgent } from "../../face/testing/fake-agent.ts";
import { AgentLink } from "./agent-link.ts";
import { attachAgent, openPortalStream } from "./attach-agent.ts";

// On a real socket, with the real greeting.

const none = { node: "/nowhere/node", program: "/nowhere/agent.mjs" };

test("the agent that runs is taken, and knows who came", async () => {
  await using agent = await FakeAgent.start({ session: { state: "signedIn" } });
  const connection = await attachAgent(agentPlace(agent.environment), agent.environment, none);
  expect(connection.state.session.state).toBe("signedIn");
  expect(agent.faces).toEqual(["desktop"]);
  connection.close();
});

test("an agent of another version is told as what it is", async () => {
  await using agent = await FakeAgent.start({}, { protocol: agentProtocol + 1 });
  const attach = attachAgent(agentPlace(agent.environment), agent.environment, none);
  await expect(attach).rejects.toMatchObject({ cause: "helperMismatch" });
});

test("where none runs and none can be started, it is said why", async () => {
  await using agent = await FakeAgent.start();
  const environment = { ...agent.environment, XDG_RUNTIME_DIR: join(agent.folder, "empty") };
  await expect(attachAgent(agentPlace(environment), environment, none)).rejects.toMatchObject({
    cause: "agentMissing",
  });
  await expect(openPortalStream(agentPlace(environment))).rejects.toMatchObject({ cause: "agentMissing" });
});

test("the link sees each state, and finds the agent again when its connection breaks", async () => {
  await using agent = await FakeAgent.start();
  const link = new AgentLink({
    attach: () => attachAgent(agentPlace(agent.environment), agent.environment, none),
    wait: async () => {},
    now: () => 0,
    random: () => 0.5,
  });
  const attached = (): Promise<void> =>
    new Promise((resolve) => {
      const leave = link.follow({
        attached: () => {
          leave();
          resolve();
        },
      });
    });
  const first = attached();
  void link.run();
  await first;
  const second = attached();
  agent.hangUp();
  await second;
  const shown = new Promise((resolve) => link.follow({ state: (state) => resolve(state.keyring) }));
  agent.show({ keyring: false });
  expect(await shown).toBe(false);
  link.close();
});
