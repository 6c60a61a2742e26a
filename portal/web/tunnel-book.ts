import { randomBytes, randomInt } from "node:crypto";
import type { Relay } from "./front-link.ts";
import type { Account } from "./store/accounts.ts";
import { addressAt, networkOf, sizeOf } from "./store/addresses.ts";
import type { Row } from "./store/schema.ts";

/** Offset of the account's own address, which answers the echo of technicians. */
export const gatewayOffset = 1;
const firstTechnicianOffset = 16;

/** Where a tunnel's server listens. */
export interface Listening {
  readonly address: string;
  readonly port: number;
}

/** A tunnel that has not ended: a ticket that waits to be used, or one that was. */
export interface LiveTunnel {
  readonly id: string;
  readonly account: string;
  readonly kind: "technician" | "router";
  /** Of a technician: who, and the session that asked. */
  readonly user: string | null;
  readonly session: string | null;
  /** Of a router: its machine. */
  readonly machine: string | null;
  readonly device: "tap" | "tun";
  readonly laptop: string;
  readonly offset: number;
  readonly mac: string;
  /** In the primary and in the second slice. */
  readonly addresses: [string, string];
  readonly passwordHash: string;
  readonly created: number;
  readonly expires: number;
  opened: number | null;
  /** The connection at front that may use or uses it, and front's local port of it. */
  relay: Relay | null;
  sourcePort: PromiseWithResolvers<number>;
  /** Settled once the server listens; routers share one, which the account's `routers` tells of. */
  listening: PromiseWithResolvers<Listening>;
  received: number;
  sent: number;
}

/** What is known of a tunnel before it lives. */
export type TunnelDraft = Pick<
  LiveTunnel,
  | "id"
  | "account"
  | "kind"
  | "user"
  | "session"
  | "machine"
  | "device"
  | "laptop"
  | "offset"
  | "mac"
  | "passwordHash"
  | "created"
  | "expires"
>;

/** The live tunnels of all accounts. */
export class TunnelBook {
  readonly #tunnels = new Map<string, LiveTunnel>();

  get(id: string): LiveTunnel | undefined {
    return this.#tunnels.get(id);
  }

  add(draft: TunnelDraft, { slice, second_slice }: Account): LiveTunnel {
    const tunnel: LiveTunnel = {
      ...draft,
      addresses: [addressAt(slice, draft.offset), addressAt(second_slice, draft.offset)],
      opened: null,
      relay: null,
      sourcePort: quietResolvers(),
      listening: quietResolvers(),
      received: 0,
      sent: 0,
    };
    this.#tunnels.set(tunnel.id, tunnel);
    return tunnel;
  }

  delete(id: string): void {
    this.#tunnels.delete(id);
  }

  all(): readonly LiveTunnel[] {
    return [...this.#tunnels.values()];
  }

  ofAccount(account: string): readonly LiveTunnel[] {
    return this.all().filter((tunnel) => tunnel.account === account);
  }

  /** All of a user's, newest last. */
  ofUser(user: string): readonly LiveTunnel[] {
    return this.all().filter((tunnel) => tunnel.user === user);
  }

  /** The router of a machine, if it is connected. */
  routerOf(machine: string): LiveTunnel | undefined {
    return this.all().find((tunnel) => tunnel.machine === machine && tunnel.opened !== null);
  }

  /** A free offset for a technician, drawn so that one just left is rarely taken again. */
  drawOffset(account: Account): number | undefined {
    const taken = new Set(this.ofAccount(account.id).map((tunnel) => tunnel.offset));
    const end = sizeOf(networkOf(account.slice).prefix) / 2;
    const count = end - firstTechnicianOffset;
    const start = randomInt(count);
    for (let step = 0; step < count; step++) {
      const offset = firstTechnicianOffset + ((start + step) % count);
      if (!taken.has(offset)) return offset;
    }
    return undefined;
  }
}

/** A random MAC, locally administered and of one card (IEEE 802: bits 1 and 0 of the first octet). */
export function drawMac(): string {
  const bytes = randomBytes(6);
  bytes[0] = ((bytes[0] ?? 0) & 0xfc) | 0x02;
  return bytes.toString("hex").replace(/(..)(?=.)/g, "$1:");
}

/** The draft that a row of the database stands for. */
export function draftOf(row: Row<"tunnels">): TunnelDraft {
  const { id, kind, device, laptop, offset, mac, created, expires } = row;
  return {
    ...{ id, kind, device, laptop, offset, mac, created, expires },
    account: row.account_id,
    user: row.user_id,
    session: row.session_id,
    machine: row.machine_id,
    passwordHash: row.password_hash,
  };
}

/** Nobody may be waiting when it is rejected. */
function quietResolvers<Value>(): PromiseWithResolvers<Value> {
  const resolvers = Promise.withResolvers<Value>();
  resolvers.promise.catch(() => {});
  return resolvers;
}
