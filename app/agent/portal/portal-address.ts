import { CauseError } from "../../../contract/causes.ts";
import { decoder } from "../../../contract/decoder.ts";
import { Host } from "../../../contract/values.ts";

const decodeHost = decoder("address", Host);

/** Reads what a person types as a portal: `portal.example`, `portal.example:8443`, `https://portal.example/…`. Throws `badRequest`. */
export function parsePortalAddress(address: string): { readonly host: string; readonly port: number } {
  const text = address.trim();
  const url = /^[a-z][a-z0-9+.-]*:\/\//i.test(text) ? text : `https://${text}`;
  if (!URL.canParse(url)) throw new CauseError("badRequest", "is no address");
  const { protocol, hostname, port, username } = new URL(url);
  if (protocol !== "https:") throw new CauseError("badRequest", "a portal speaks https");
  if (username !== "") throw new CauseError("badRequest", "a user does not belong into the address");
  try {
    return { host: decodeHost(hostname.replace(/^\[|\]$/g, "")), port: port === "" ? 443 : Number(port) };
  } catch {
    throw new CauseError("badRequest", "is no address");
  }
}
