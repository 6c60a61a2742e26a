import { contains, networkOf, parseAddress } from "./networks.ts";

/** What this computer's helper says of the network it stands in. */
export interface NetworkSurroundings {
  readonly gateway: { readonly address: string; readonly mac: string | null } | null;
  readonly localNetworks: readonly { readonly network: string }[];
}

/**
 * Names the network so that the same office is recognised next time: the gateway's MAC (else its address; 192.168.1.1 is
 * everywhere) and the network it stands in. Null without a gateway: nothing to recognise.
 */
export function networkFingerprint({ gateway, localNetworks }: NetworkSurroundings): string | null {
  if (gateway === null) return null;
  const address = parseAddress(gateway.address);
  const around = localNetworks.find(({ network }) => {
    const parsed = networkOf(network);
    return parsed !== undefined && address !== undefined && contains(parsed, address);
  });
  return `${gateway.mac ?? gateway.address} ${around?.network ?? "-"}`;
}
