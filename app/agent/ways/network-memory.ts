import type { Static } from "typebox";
import { Type } from "typebox";
import { closed, decoder, nullable } from "../../../contract/decoder.ts";
import { Time, text } from "../../../contract/values.ts";
import type { KeptFile } from "../files/kept-file.ts";

const remembered = nullable(text(700));

export const NetworkMemory = closed({
  version: Type.Literal(1),
  networks: Type.Array(
    closed({ network: text(200), portal: text(300), tunnel: remembered, https: remembered, seen: Time }),
    { maxItems: 200 },
  ),
});
export type NetworkMemory = Static<typeof NetworkMemory>;
export const decodeNetworkMemory = decoder("networks", NetworkMemory);
export const emptyNetworkMemory: NetworkMemory = { version: 1, networks: [] };

const maxNetworks = 100;

export type Purpose = "tunnel" | "https";

/** Which way won on a network for a portal last time (keys: core/ways.ts). */
export function recallWay(memory: NetworkMemory, network: string, portal: string, purpose: Purpose): string | null {
  const entry = memory.networks.find((known) => known.network === network && known.portal === portal);
  return entry?.[purpose] ?? null;
}

/** Remembers a winner; the networks seen longest ago are forgotten. Writes only when something changes. */
export async function rememberWay(
  file: KeptFile<NetworkMemory>,
  won: {
    readonly network: string;
    readonly portal: string;
    readonly purpose: Purpose;
    readonly way: string;
    readonly at: string;
  },
): Promise<void> {
  if (recallWay(file.value, won.network, won.portal, won.purpose) === won.way) return;
  await file.change((memory) => {
    const isIt = (known: NetworkMemory["networks"][number]) =>
      known.network === won.network && known.portal === won.portal;
    const old = memory.networks.find(isIt) ?? { tunnel: null, https: null };
    const entry = { ...old, network: won.network, portal: won.portal, [won.purpose]: won.way, seen: won.at };
    const others = memory.networks.filter((known) => !isIt(known));
    return { ...memory, networks: [...others, entry].slice(-maxNetworks) };
  });
}
