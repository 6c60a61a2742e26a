import { misuse } from "./problem.ts";

declare const checked: unique symbol;
/** Name of a network interface that may stand in a rule of nftables as it is. */
export type InterfaceName = string & { readonly [checked]: true };

/** Every adapter of the helper begins with this (DECISIONS: `anslut0`). */
export const tunnelPrefix = "anslut";

// IFNAMSIZ is 16 with the closing zero. The kernel allows more characters; in a rule a quote would end the name and a
// star at its end would mean "whatever begins so".
const pattern = /^[A-Za-z0-9][A-Za-z0-9_.-]{0,14}$/;

export function isInterfaceName(text: string): text is InterfaceName {
  return pattern.test(text);
}

/** Throws {@link misuse} `interfaceBad` where `text` cannot be one. */
export function interfaceName(text: string): InterfaceName {
  if (!isInterfaceName(text) || text === "lo" || text.startsWith(tunnelPrefix)) {
    throw misuse("interfaceBad", { name: text.slice(0, 40) });
  }
  return text;
}
