import { CauseError } from "../../../contract/causes.ts";
import { AgentClient } from "../../face/agent-client.ts";
import type { AgentPlace } from "../../face/agent-place.ts";
import { startAgent } from "../../face/agent-start.ts";
import type { AgentConnection } from "./agent-link.ts";

export interface AgentPrograms {
  readonly place: AgentPlace;
  readonly environment: Readonly<NodeJS.ProcessEnv>;
  /** The Node that carries the agent; never Electron, which an agent outlives. */
  readonly runtime: string;
  readonly program: string;
}

/** The user's agent, started where none runs. Throws a {@link CauseError}. */
export async function attachAgent({ place, environment, runtime, program }: AgentPrograms): Promise<AgentConnection> {
  const running = await AgentClient.open(place, "use", "desktop");
  if (running !== undefined) return running;
  await startAgent(place, environment, { runtime, program });
  const started = await AgentClient.open(place, "use", "desktop");
  if (started === undefined) throw new CauseError("agentMissing", "it started and is gone again");
  return started;
}
