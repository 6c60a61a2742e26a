import type { JournalEntry } from "../../../../contract/agent.ts";
import type { Machine } from "../../../../contract/portal.ts";
import type { Connection } from "../../../../contract/state.ts";
import type { ConnectWish } from "../connect/connect.ts";

/**
 * What a connection was asked for with that this window did not make itself: by the command line, by the tray, or before the window was
 * opened. Its order and reason stand in the journal.
 */
export function foundWish(
  machine: Machine,
  { networks }: Pick<Connection, "networks">,
  entry: Pick<JournalEntry, "orderNumber" | "reason"> | undefined,
): ConnectWish {
  const isAll = networks.length === 0 || networks.length === machine.networks.length;
  return {
    networks: isAll ? null : networks.map(({ network }) => network),
    orderNumber: entry?.orderNumber ?? "",
    reason: entry?.reason ?? "",
    standIn: networks.some(({ standIn }) => standIn !== null),
  };
}
