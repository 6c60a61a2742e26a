import type { MachineMark } from "../../../../contract/agent.ts";
import { ask } from "../ask.ts";
import { DraftKeeper } from "../panel/draft-keeper.ts";

/** What the person keeps about machines: favourite, note, contact. Saves itself, also without the portal. */
export const marks = new DraftKeeper<MachineMark>((machine, mark) => ask({ type: "mark", machine, mark }));
