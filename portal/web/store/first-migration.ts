import type { Kysely } from "kysely";
import { sql } from "kysely";
import type { Migration } from "kysely/migration";

/** The tables as they were first shipped. Never changed again: what comes later is a migration of its own. */
export const firstMigration: Migration = {
  async up(db: Kysely<never>): Promise<void> {
    for (const statement of statements) await sql.raw(statement).execute(db);
  },
};

const ofAccount = "account_id text not null references accounts(id) on delete cascade";
const ofUser = "user_id text not null references users(id) on delete cascade";
const ofMachine = "machine_id text not null references machines(id) on delete cascade";

const statements = [
  "create table settings (key text primary key, value text not null) strict",

  `create table accounts (id text primary key, idx integer not null unique, name text not null,
    name_key text not null unique, slice text not null unique, second_slice text not null unique,
    server_name text not null, server_certificate text not null, server_private_key text not null,
    account_key text not null, created integer not null) strict`,

  `create table users (id text primary key, ${ofAccount}, name text not null, name_key text not null,
    password_hash text not null, totp_secret text, totp_last_step integer not null default 0,
    disabled integer not null default 0, created integer not null, unique (account_id, name_key)) strict`,

  `create table devices (id text primary key, ${ofAccount}, ${ofUser}, token_hash text not null unique,
    name text not null, created integer not null, last_used integer not null, expires integer not null) strict`,

  `create table sessions (id text primary key, ${ofAccount}, ${ofUser}, token_hash text not null unique,
    client text not null, device text not null, device_id text references devices(id) on delete cascade,
    address text not null, created integer not null, expires integer not null) strict`,
  "create index sessions_user on sessions (user_id)",

  `create table known_addresses (${ofAccount}, ${ofUser}, address text not null, last_used integer not null,
    primary key (user_id, address)) strict`,

  `create table machines (id text primary key, ${ofAccount}, name text not null, name_key text not null,
    sort_key text not null, customer text not null, place text not null, serial text, search_text text not null,
    router_offset integer not null, online integer not null default 0, last_seen integer, created integer not null,
    unique (account_id, name_key), unique (account_id, serial), unique (account_id, router_offset)) strict`,
  "create index machines_order on machines (account_id, sort_key, id)",

  `create table machine_networks (id text primary key, ${ofAccount}, ${ofMachine}, network text not null,
    stand_in text, source_nat integer not null default 0, unique (machine_id, network)) strict`,
  "create index machine_networks_account on machine_networks (account_id)",

  `create table routers (machine_id text primary key references machines(id) on delete cascade, ${ofAccount},
    enrolment_hash text unique, enrolment_expires integer, certificate text, certificate_sha256 text, certificate_seen integer not null default 0,
    password_hash text unique, next_password_hash text unique) strict`,

  `create table grants (id text primary key, ${ofAccount}, ${ofUser}, ${ofMachine},
    network_id text references machine_networks(id) on delete cascade, destination text, protocol text,
    first_port integer, last_port integer, until integer, created integer not null) strict`,
  "create index grants_user on grants (user_id, machine_id)",
  "create index grants_machine on grants (machine_id)",

  `create table tunnels (id text primary key, ${ofAccount}, kind text not null,
    user_id text references users(id) on delete set null, session_id text, machine_id text references machines(id) on delete set null,
    device text not null, laptop text not null, offset integer not null, mac text not null, password_hash text not null,
    state text not null, created integer not null, expires integer not null, caller text, source_port integer,
    opened integer, ended integer, cause text, received integer not null default 0, sent integer not null default 0) strict`,
  "create index tunnels_live on tunnels (account_id, state) where state <> 'ended'",

  `create table intents (id text primary key, ${ofAccount}, tunnel_id text not null, user_id text not null,
    user_name text not null, machine_id text not null, machine_name text not null, laptop text not null,
    networks text not null, order_number text not null, reason text not null, state text not null,
    started integer not null, ended integer, cause text, received_before integer not null, sent_before integer not null,
    received integer not null default 0, sent integer not null default 0) strict`,
  "create index intents_order on intents (account_id, started, id)",
  "create index intents_open on intents (account_id) where ended is null",

  `create table audit (seq integer primary key autoincrement, at integer not null, actor text not null, account_id text,
    address text, action text not null, target text, result text not null, detail text not null,
    previous text not null, hash text not null) strict`,
  `create trigger audit_keeps_rows before delete on audit begin select raise(abort, 'the audit log is append-only'); end`,
  `create trigger audit_keeps_values before update on audit begin select raise(abort, 'the audit log is append-only'); end`,

  `create table changes (seq integer primary key autoincrement, account_id text not null, kind text not null,
    target text not null) strict`,
];
