import type { Duplex } from "node:stream";
import { CauseError } from "../../../contract/causes.ts";
import { AgentClient } from "../../face/agent-client.ts";
import type { AgentPlace } from "../../face/agent-place.ts";
import { type AgentRuntime, startAgent } from "../../face/agent-start.ts";
import type { AgentConnection } from "./agent-link.ts";

/** The user's agent, started where none runs. Throws a {@link CauseError}. */
export async function attachAgent(
  place: AgentPlace,
  environment: Readonly<NodeJS.ProcessEnv>,
  runtime: AgentRuntime,
): Promise<AgentConnection> {
  const running = await AgentClient.open(place, "desktop");
  if (running !== undefined) return running;
  await startAgent(place, environment, runtime);
  return openRunning(place);
}

/** A stream to the portal on the agent's way: a connection to the agent of its own, because no frames follow on it. */
export async function openPortalStream(place: AgentPlace): Promise<Duplex> {
  const client = await openRunning(place);
  try {
    return await client.portalStream();
  } catch (error) {
    client.close();
    throw error;
  }
}

async function openRunning(place: AgentPlace): Promise<AgentClient> {
  const client = await AgentClient.open(place, "desktop");
  if (client === undefined) throw new CauseError("agentMissing", "nobody listens at its place");
  return client;
}
