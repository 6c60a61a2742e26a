import type { PortalEntry } from "../../../../contract/agent.ts";

/** Account and user: no secrets. */
export type Names = NonNullable<PortalEntry["last"]>;

/** What was typed at each portal, by host, and wherever it was typed last. */
export type TypedNames = { readonly at: Readonly<Record<string, Names>>; readonly latest: Names };

export const noNames: TypedNames = { at: {}, latest: { account: "", user: "" } };

/** What stands in the fields: what was typed here, else who was here last, else what was typed at another portal. */
export function namesAt(typed: TypedNames, { host, last }: Pick<PortalEntry, "host" | "last">): Names {
  return typed.at[host] ?? last ?? typed.latest;
}

export function withNames(typed: TypedNames, host: string, names: Names): TypedNames {
  return { at: { ...typed.at, [host]: names }, latest: names };
}
