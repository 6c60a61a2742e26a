import type { BookEntry } from "../../../../contract/agent.ts";
import { useDeeds } from "../frame/deeds.ts";
import { marks } from "../machine/marks.ts";

/** Marks a machine as a favourite, or no longer. The list changes when the agent has kept it. */
export async function toggleFavourite({ machine, mark }: BookEntry): Promise<void> {
  const draft = marks.drafts().get(machine.id);
  if (draft !== undefined && draft.status !== "saved") {
    // A note is on its way to the agent: both go together, so that neither takes the other back.
    marks.edit(machine.id, { ...draft.value, favourite: !draft.value.favourite });
    marks.flush(machine.id);
    return;
  }
  await useDeeds.getState().run({ type: "mark", machine: machine.id, mark: { ...mark, favourite: !mark.favourite } });
}
