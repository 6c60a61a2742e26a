import type { Cause } from "../../contract/causes.ts";
import type { ExchangeAccount, ExchangeMessage } from "../../contract/exchange.ts";
import type { Place, Slice } from "./addresses.ts";
import type { DhcpServer } from "./dhcp.ts";
import type { Firewall } from "./firewall.ts";
import type { Lane } from "./lane.ts";
import type { Question } from "./management.ts";

/** What `web` decides about a client. */
export type Decision =
  | { readonly allow: true; readonly networks: readonly string[]; readonly address: string | null }
  | { readonly allow: false; readonly cause: Cause };

/** The way to `web`, as an account sees it. */
export interface Link {
  /** Asks web. Never rejects: silence is a denial. */
  ask(account: string, kind: "technician" | "router", question: Question): Promise<Decision>;
  tell(message: ExchangeMessage): void;
  log(text: string): void;
}

/** What the parts of one account share. */
export interface AccountContext {
  readonly account: ExchangeAccount;
  readonly place: Place;
  readonly slices: readonly [Slice, Slice];
  /** Of this account alone, writable by root alone. */
  readonly directory: string;
  readonly firewall: Firewall;
  readonly dhcp: DhcpServer;
  readonly link: Link;
  /** Where processes are started: shared by all accounts. */
  readonly starts: Lane;
}
