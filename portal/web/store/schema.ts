import type { Generated, Kysely, Selectable } from "kysely";

export const standInPolicies = ["on-request", "always", "never"] as const;
export type StandInPolicy = (typeof standInPolicies)[number];

/** Rows of portal.db. Times are milliseconds since 1970, flags 0 or 1, lists JSON. Every row of an account names the account. */
export interface Schema {
  settings: { key: string; value: string };
  accounts: {
    id: string;
    idx: number;
    name: string;
    name_key: string;
    slice: string;
    second_slice: string;
    server_name: string;
    server_certificate: string;
    server_private_key: string;
    account_key: string;
    /** Who may have a stand-in prefix for a network that collides: people on request, every network always, or nobody. */
    stand_in: StandInPolicy;
    created: number;
  };
  users: {
    id: string;
    account_id: string;
    name: string;
    name_key: string;
    password_hash: string;
    totp_secret: string | null;
    /** Last 30-second step whose code was used: a code works once. */
    totp_last_step: number;
    disabled: number;
    created: number;
  };
  sessions: {
    id: string;
    account_id: string;
    user_id: string;
    token_hash: string;
    client: "agent" | "page";
    device: string;
    device_id: string | null;
    /** The agent's session that this page's came out of by a hand-over, and with which it ends. */
    parent_id: Generated<string | null>;
    address: string;
    created: number;
    expires: number;
  };
  devices: {
    id: string;
    account_id: string;
    user_id: string;
    token_hash: string;
    name: string;
    created: number;
    last_used: number;
    expires: number;
  };
  /** Where a person signed in from: there nobody's guessing can lock them out. */
  known_addresses: { account_id: string; user_id: string; address: string; last_used: number };
  machines: {
    id: string;
    account_id: string;
    name: string;
    name_key: string;
    /** Name with its numbers padded, so that M-2 comes before M-10. */
    sort_key: string;
    customer: string;
    place: string;
    serial: string | null;
    /** Name, customer, place and serial, folded: what search looks in. */
    search_text: string;
    router_offset: number;
    online: number;
    last_seen: number | null;
    created: number;
  };
  machine_networks: {
    id: string;
    account_id: string;
    machine_id: string;
    network: string;
    stand_in: string | null;
    source_nat: number;
  };
  routers: {
    machine_id: string;
    account_id: string;
    enrolment_hash: string | null;
    enrolment_expires: number | null;
    certificate: string | null;
    certificate_sha256: string | null;
    /** Whether the router has shown it: until then it is sent along with each ticket. */
    certificate_seen: Generated<number>;
    password_hash: string | null;
    /** Handed out but not used yet; the one before stays good until it is. */
    next_password_hash: string | null;
  };
  grants: {
    id: string;
    account_id: string;
    user_id: string;
    machine_id: string;
    /** Null: every network of the machine. */
    network_id: string | null;
    /** As the machine knows it, never by stand-in. Null: the whole network. */
    destination: string | null;
    protocol: "tcp" | "udp" | "icmp" | null;
    first_port: number | null;
    last_port: number | null;
    until: number | null;
    created: number;
  };
  /** A ticket is a tunnel that has not been opened yet: one row, one id. */
  tunnels: {
    id: string;
    account_id: string;
    kind: "technician" | "router";
    user_id: string | null;
    session_id: string | null;
    machine_id: string | null;
    device: "tap" | "tun";
    laptop: string;
    offset: number;
    mac: string;
    password_hash: string;
    state: "offered" | "opened" | "ended";
    created: number;
    expires: number;
    caller: string | null;
    source_port: number | null;
    opened: number | null;
    ended: number | null;
    cause: string | null;
    received: number;
    sent: number;
  };
  /** Connections tunnel ↔ machine. Names are copied: history outlives users and machines. */
  intents: {
    id: string;
    account_id: string;
    tunnel_id: string;
    user_id: string;
    user_name: string;
    machine_id: string;
    machine_name: string;
    laptop: string;
    networks: string;
    order_number: string;
    reason: string;
    state: string;
    started: number;
    ended: number | null;
    cause: string | null;
    /** Counters of the tunnel when this began; while it is open its bytes are the difference. */
    received_before: number;
    sent_before: number;
    received: number;
    sent: number;
    /** What the technician wrote about it, during or after. */
    note: Generated<string>;
    /** 0: the portal noticed only later that it had ended, and takes the laptop's word for it once. */
    end_seen: Generated<number>;
  };
  audit: {
    seq: Generated<number>;
    at: number;
    actor: string;
    account_id: string | null;
    address: string | null;
    action: string;
    target: string | null;
    result: string;
    detail: string;
    previous: string;
    hash: string;
  };
  /** What another process changed, for web to act on (changes.ts). */
  changes: { seq: Generated<number>; account_id: string; kind: string; target: string };
}

export type Database = Kysely<Schema>;
export type Row<Table extends keyof Schema> = Selectable<Schema[Table]>;
