import { findOverlap, reachableAs } from "../../../app/core/overlap.ts";
import type { Machine, MachineNetwork } from "../../../contract/portal.ts";
import type { OwnConnection } from "../own-connections.ts";

/**
 * What a network of a machine collides with, as far as the portal's page can know: what one's own laptop has said (it alone knows the
 * networks it is in), or another machine that one is connected to.
 */
export function collisionOf(
  machine: Machine,
  network: MachineNetwork,
  machines: readonly Machine[],
  connections: ReadonlyMap<string, OwnConnection>,
): "laptop" | Machine | null {
  for (const other of machines) {
    if (other.id === machine.id || !connections.has(other.id)) continue;
    const occupants = other.networks.map((taken) => ({
      network: reachableAs(taken),
      machine: other.name,
      adapter: null,
    }));
    if (findOverlap([network], occupants) !== undefined) return other;
  }
  const own = connections.get(machine.id);
  if (own?.state?.state !== "overlapping") return null;
  // The laptop says that one of them collides, not which: most likely one that appears as it is.
  const asked = machine.networks.filter((known) => own.wish?.networks.includes(known.network) ?? true);
  const bare = asked.filter(({ standIn }) => standIn === null);
  const suspected = bare.length > 0 ? bare : asked;
  return suspected.some((known) => known.network === network.network) ? "laptop" : null;
}
