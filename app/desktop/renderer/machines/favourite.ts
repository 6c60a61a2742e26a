import type { BookEntry } from "../../../../contract/agent.ts";
import { useDeeds } from "../frame/deeds.ts";

/** Marks a machine as a favourite, or no longer. The list changes when the agent has kept it. */
export async function toggleFavourite({ machine, mark }: BookEntry): Promise<void> {
  await useDeeds.getState().run({ type: "mark", machine: machine.id, mark: { ...mark, favourite: !mark.favourite } });
}
