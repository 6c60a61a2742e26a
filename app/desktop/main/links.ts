import { linkNames } from "../../../contract/window.ts";
import links from "../../../resources/links.json" with { type: "json" };
import type { LinkName } from "../bridge/shell.ts";

/** Of whoever publishes this build (docs/operating.md); null: they name none. */
type Addresses = Readonly<Record<LinkName, string | null>>;

/** The links that lead somewhere in this build. */
export function namedLinks(addresses: Addresses = links): LinkName[] {
  return linkNames.filter((name) => linkAddress(name, addresses) !== null);
}

/** The address behind a link's name, or null without one. Whatever is no https is none. */
export function linkAddress(link: LinkName, addresses: Addresses = links): string | null {
  const address = addresses[link];
  return address !== null && URL.parse(address)?.protocol === "https:" ? address : null;
}
