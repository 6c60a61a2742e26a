import type { MachineNetwork } from "../../../../contract/portal.ts";
import type { Connection } from "../../../../contract/state.ts";
import type { Network } from "../../../core/networks.ts";
import { contains, formatAddress, overlaps, parseAddress, parseNetwork } from "../../../core/networks.ts";

export type Overlapping = Extract<Connection["status"], { readonly state: "overlapping" }>;

/** What the picture of an overlap shows, before it is drawn. */
export interface OverlapPicture {
  /** `here`: a network of this computer; `machine`: another machine's; else what this computer needs outside the tunnel. */
  readonly kind: "here" | "machine" | "portal" | "proxy" | "gateway" | "nameServer";
  /** What stands on this side: a network, or one address. */
  readonly local: string;
  /** The adapter or the other machine, where it has a name. */
  readonly localName: string | null;
  /** The machine's side, as it would appear here. */
  readonly network: string;
  /** An address that lies on both sides: where a packet would have to choose. */
  readonly packet: string;
}

export function overlapPictureOf(status: Overlapping, devices: readonly string[]): OverlapPicture {
  const { network, local, other, adapter, needed } = status;
  const kind = needed ?? (other === null ? "here" : "machine");
  return { kind, local: bare(local), localName: other ?? adapter, network, packet: packetFor(network, local, devices) };
}

/** Devices of a machine that a grant names: a picture with an address one knows says more. */
export function namedDevices(networks: readonly MachineNetwork[]): readonly string[] {
  return networks.flatMap(({ only }) =>
    (only ?? []).flatMap(({ destination }) => (destination.endsWith("/32") ? [bare(destination)] : [])),
  );
}

function packetFor(network: string, local: string, devices: readonly string[]): string {
  const [left, right] = [parseNetwork(network), parseNetwork(local)];
  if (left === undefined || right === undefined || !overlaps(left, right)) return bare(network);
  // One of the two covers the other: the smaller one is what they share.
  const shared: Network = left.prefix > right.prefix ? left : right;
  const known = devices.find((device) => {
    const address = parseAddress(device);
    return address !== undefined && contains(shared, address);
  });
  if (known !== undefined) return known;
  const host = shared.prefix === 32 ? 0 : shared.prefix > 28 ? 1 : 10;
  return formatAddress(shared.base + host);
}

function bare(network: string): string {
  return network.replace(/\/32$/, "");
}
