import { useCallback, useEffect, useState } from "react";
import type { PortalEntry } from "../../../../contract/agent.ts";
import { ask } from "../ask.ts";
import { useDesk } from "../store.ts";

export type Portals = {
  /** Undefined until the agent has told them. */
  readonly list: readonly PortalEntry[] | undefined;
  readonly reload: () => Promise<void>;
};

/** The portals this computer knows. */
export function usePortals(): Portals {
  const attached = useDesk((desk) => desk.agent.link === "attached");
  const session = useDesk((desk) => desk.state?.session.state);
  const [list, setList] = useState<readonly PortalEntry[]>();

  const reload = useCallback(async (): Promise<void> => {
    // Without an agent the frame says so already; the list comes when it is back.
    const result = await ask({ type: "portals" }).catch(() => undefined);
    if (result?.type === "portals") setList(result.portals);
  }, []);

  // biome-ignore lint/correctness/useExhaustiveDependencies: whether a device is remembered changes with the session
  useEffect(() => {
    if (attached) void reload();
  }, [attached, reload, session]);

  return { list, reload };
}
