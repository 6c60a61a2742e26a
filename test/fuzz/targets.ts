import type { Target } from "./target.ts";
import { agentTargets } from "./targets/agent.ts";
import { exchangeTargets } from "./targets/exchange.ts";
import { frontTargets } from "./targets/front.ts";
import { jsonTargets } from "./targets/json.ts";

/** Everything in TypeScript that reads what somebody else wrote. */
export const targets: readonly Target[] = [...exchangeTargets, ...frontTargets, ...agentTargets, ...jsonTargets];
