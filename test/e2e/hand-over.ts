// As the technician on the laptop: prints the address by which the agent hands itself over to the portal's page.

import { AgentClient } from "../../app/face/agent-client.ts";
import { agentPlace } from "../../app/face/agent-place.ts";

const agent = await AgentClient.open(agentPlace(process.env), "desktop");
if (agent === undefined) throw new Error("no agent listens");
const result = await agent.request({ type: "handOver" });
if (result.type !== "handOver") throw new Error(`the agent answers ${result.type}`);
console.log(`${result.address}/#hand-over=${encodeURIComponent(result.code)}`);
agent.close();
