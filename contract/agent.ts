import type { Static } from "typebox";
import { Type } from "typebox";
import { languages } from "./constants.ts";
import { closed, decoder, nullable, oneOf } from "./decoder.ts";
import { Cause } from "./failure.ts";
import { HistoryPage, Machine, MachinePage, NetworkPair, Outcome } from "./portal.ts";
import { Preferences } from "./preferences.ts";
import { AgentState } from "./state.ts";
import { Bytes, Cidr, Detail, Host, Id, Ipv4, Milliseconds, Name, Port, Secret, Sha256, Time, text } from "./values.ts";

/**
 * Wire between a face (desktop, CLI) and the agent: a Unix socket in a directory of the user alone, frames (frame.ts).
 *
 * Both sides prove that they know the key file beside the socket, so that neither a stale socket nor a stranger passes:
 * face `hello{nonce}` → agent `welcome{nonce, proof = HMAC-SHA256(key, "agent" + nonce of the face + nonce of the agent)}` → face
 * `prove{proof = HMAC-SHA256(key, "face" + nonce of the agent + nonce of the face)}`. Nonces and proofs are hex text.
 * Then requests with an id; each gets one `reply` or `refusal`. `cancel` ends a running request with cause `cancelled`.
 * `state` comes at once after the proof and whenever something changes; `progress`, `probed` and `machines` belong to one request.
 * After the `done` of a `portalStream` the connection carries no frames any more but raw bytes: HTTP/1.1 to the portal.
 * `hello`, `welcome`, `prove` and `quit` are the same in every version: the agent welcomes a face of another protocol, so that
 * `anslut quit` can end it after an update; the face compares the numbers and asks for nothing else when they differ.
 * The key is the file's content, byte by byte, at least 32 bytes; `+` in the proofs joins the texts as they are written.
 */

export const agentProtocol = 1;

const id = Type.Integer({ minimum: 1 });
const Hex = Type.String({ pattern: "^[0-9a-f]{64}$", maxLength: 64 });
const request = <Verb extends string>(verb: Verb) => closed({ type: Type.Literal(verb), id });

export const FaceHello = closed({
  type: Type.Literal("hello"),
  protocol: Type.Integer(),
  nonce: Hex,
  face: oneOf(["cli", "desktop", "test"]),
});
export const AgentWelcome = closed({
  type: Type.Literal("welcome"),
  protocol: Type.Integer(),
  version: text(100),
  nonce: Hex,
  proof: Hex,
});
export const FaceProof = closed({ type: Type.Literal("prove"), proof: Hex });

export const ProxySetting = Type.Union([
  closed({ mode: Type.Literal("none") }),
  /** HTTPS_PROXY, HTTP_PROXY, ALL_PROXY, NO_PROXY of the agent's environment. */
  closed({ mode: Type.Literal("environment") }),
  closed({ mode: Type.Literal("manual"), host: Host, port: Port }),
  /** A PAC file: path or URL. */
  closed({ mode: Type.Literal("pac"), source: Type.String({ minLength: 1, maxLength: 2000 }) }),
]);
export type ProxySetting = Static<typeof ProxySetting>;

/** What a person keeps about a machine, on this computer alone. */
export const MachineMark = closed({ favourite: Type.Boolean(), note: text(4000), contact: text(1000) });
export type MachineMark = Static<typeof MachineMark>;

export const AgentRequest = Type.Union([
  request("portals"),
  /** Looks at a portal without trusting it: what `addPortal` needs the person's word for. */
  closed({ type: Type.Literal("inspectPortal"), id, address: text(300) }),
  /** `fingerprint` is the authority's that the person (or policy) confirmed; null where the system trusts the certificate. */
  closed({ type: Type.Literal("addPortal"), id, address: text(300), fingerprint: nullable(Sha256) }),
  closed({ type: Type.Literal("removePortal"), id, host: Host }),
  /** `portal` null: the only one that `portals` lists. Answers `signedIn`, or `asked` when a question is open now. */
  closed({
    type: Type.Literal("login"),
    id,
    portal: nullable(Host),
    account: Name,
    user: Name,
    password: Secret,
    remember: Type.Boolean(),
  }),
  /** Signs in with the remembered device, where there is one. */
  closed({ type: Type.Literal("loginRemembered"), id, portal: nullable(Host) }),
  closed({ type: Type.Literal("answerCode"), id, code: text(32) }),
  closed({ type: Type.Literal("answerCertificate"), id, accept: Type.Boolean() }),
  closed({ type: Type.Literal("answerProxy"), id, username: Secret, password: Secret, keep: Type.Boolean() }),
  /** `accept`: go on with the tunnel that lives in the helper; else end it. */
  closed({ type: Type.Literal("answerTakeOver"), id, accept: Type.Boolean() }),
  request("logout"),
  /** Answers when `ready` (done) or failed (refusal); steps come as `state`. */
  request("dial"),
  request("hangUp"),
  closed({
    type: Type.Literal("machines"),
    id,
    search: text(200),
    limit: Type.Integer({ minimum: 1, maximum: 500 }),
    after: nullable(text(200)),
  }),
  /** `machine` is an id or a name. Answers when connected (done) or not (refusal). `networks` null: all one may reach. */
  closed({
    type: Type.Literal("connect"),
    id,
    machine: Name,
    networks: nullable(Type.Array(Cidr, { maxItems: 64 })),
    orderNumber: text(100),
    reason: text(1000),
    /** Whether to ask the portal for stand-in prefixes where addresses collide. */
    standIn: Type.Boolean(),
  }),
  /** `machine` null: all connections. */
  closed({ type: Type.Literal("disconnect"), id, machine: nullable(Name) }),
  /** Tests a machine's devices from both sides. `address` null: those that a grant names or the router knows; `ports` null: the usual ones. */
  closed({
    type: Type.Literal("check"),
    id,
    machine: Name,
    address: nullable(Ipv4),
    ports: nullable(Type.Array(Port, { minItems: 1, maxItems: 32 })),
  }),
  /**
   * Follows the address book of the portal that one is signed in to, or was last: `machines` messages with all that is known
   * at once, then with what changes, until `cancel`. Works without the portal.
   */
  request("followMachines"),
  /** What the person keeps about a machine in this computer's address book. */
  closed({ type: Type.Literal("mark"), id, machine: Id, mark: MachineMark }),
  /** A one-time code (60 s) that signs a page in as whoever is signed in here. */
  request("handOver"),
  /** Makes this connection a stream to the portal, on the agent's way and behind its pin. The agent adds nothing to what flows. */
  request("portalStream"),
  /** A note to an entry of this computer's own journal (its id); the portal's history gets it as soon as it is in reach. */
  closed({ type: Type.Literal("annotate"), id, entry: text(200), note: text(4000) }),
  /** What support may want to see, with everything secret taken out: exactly what would leave. */
  request("diagnostics"),
  /** Fields that policy fixes keep their fixed values: `policyForbids` when one is to change. */
  closed({ type: Type.Literal("setPreferences"), id, preferences: Preferences }),
  /** What the system says of its sleep. */
  closed({ type: Type.Literal("power"), id, event: oneOf(["suspend", "resume"]) }),
  /** `where`: this computer's own journal (works offline) or the portal's. */
  closed({
    type: Type.Literal("history"),
    id,
    where: oneOf(["here", "portal"]),
    limit: Type.Integer({ minimum: 1, maximum: 500 }),
  }),
  /** `language`: of the page for the customer's IT. */
  closed({ type: Type.Literal("doctor"), id, portal: nullable(Host), language: oneOf(languages) }),
  closed({ type: Type.Literal("logs"), id, lines: Type.Integer({ minimum: 1, maximum: 2000 }) }),
  request("proxy"),
  /** `credentials` null: none, or keep asking. */
  closed({
    type: Type.Literal("setProxy"),
    id,
    setting: ProxySetting,
    credentials: nullable(closed({ username: Secret, password: Secret })),
  }),
  request("quit"),
  closed({ type: Type.Literal("cancel"), id, request: id }),
]);
export type AgentRequest = Static<typeof AgentRequest>;

const Who = closed({ account: Name, user: Name });

export const PortalEntry = closed({
  host: Host,
  port: Port,
  /** SHA-256 of the authority that the person confirmed; null where the system's trust store vouches. */
  authority: nullable(Sha256),
  /** Null: policy names the portal, and nobody has reached it yet. Signing in there learns it. */
  pin: nullable(Sha256),
  /** As whom the remembered device signs in; null: none is. */
  remembered: nullable(Who),
  /** Who signed in last from here; null: nobody did, or nothing is to be kept. */
  last: nullable(Who),
  fixedByPolicy: Type.Boolean(),
});
export type PortalEntry = Static<typeof PortalEntry>;

export const Check = closed({
  check: oneOf(["helper", "clock", "name", "port", "proxy", "inspection", "portal", "tunnel"]),
  /** What was looked at: `portal.example:443`, `proxy.office:3128`, … */
  subject: text(300),
  outcome: oneOf(["good", "bad", "unknown"]),
  cause: nullable(Cause),
  elapsedMs: Milliseconds,
  detail: Detail,
});
export type Check = Static<typeof Check>;

export const Diagnosis = closed({
  checks: Type.Array(Check, { maxItems: 64 }),
  /** What it comes to; null: all good. */
  verdict: nullable(Cause),
  /** What the customer's IT must open, if anything: any one of these is enough. */
  ask: Type.Array(closed({ host: Host, port: Port, through: nullable(text(300)) }), { maxItems: 16 }),
  /** The page for the customer's IT, Markdown, in the language of the request. */
  page: text(20_000),
});
export type Diagnosis = Static<typeof Diagnosis>;

/** What came of one try, while a `check` runs. */
export const Probe = closed({
  from: oneOf(["router", "laptop"]),
  address: Ipv4,
  by: oneOf(["echo", "arp", "icmp", "tcp"]),
  port: nullable(Port),
  outcome: Outcome,
});
export type Probe = Static<typeof Probe>;

/** What a test from both sides comes to. */
export const verdicts = [
  "good",
  "routerOffline",
  "notConnected",
  "routerSilent",
  "noDevices",
  "rightsMissing",
  "deviceAbsent",
  "deviceFirewall",
  "portClosed",
  "noService",
  "noGateway",
  "deviceFilters",
  "unknown",
] as const;
export const Verdict = oneOf(verdicts);
export type Verdict = Static<typeof Verdict>;

export const Judged = closed({
  /** Null: it is about the machine as a whole. */
  address: nullable(Ipv4),
  reachedAs: nullable(Ipv4),
  verdict: Verdict,
  /** The port that the verdict is about, if it is about one. */
  port: nullable(Port),
  /** The command that cures it, as it is typed; null where no command does. */
  cure: nullable(text(500)),
});
export type Judged = Static<typeof Judged>;

/** One line of this computer's own journal: a tunnel, or a connection to a machine in it. Crash-safe: open ones are closed at the next start. */
export const JournalEntry = closed({
  kind: oneOf(["tunnel", "connection"]),
  id: text(200),
  portal: Host,
  account: Name,
  user: Name,
  machine: nullable(Name),
  endpoint: nullable(text(300)),
  networks: Type.Array(NetworkPair, { maxItems: 64 }),
  from: Time,
  until: nullable(Time),
  received: Bytes,
  sent: Bytes,
  orderNumber: text(100),
  reason: text(1000),
  /** What the person wrote afterwards. */
  note: text(4000),
  /** Whether the portal's history has all of it; a tunnel has none there. */
  delivered: Type.Boolean(),
  ended: nullable(Cause),
});
export type JournalEntry = Static<typeof JournalEntry>;

/** A machine in this computer's address book. */
export const BookEntry = closed({ machine: Machine, mark: MachineMark, lastUsed: nullable(Time) });
export type BookEntry = Static<typeof BookEntry>;

/** A part of the address book; parts of one `whole` end with `more` false. */
export const BookPart = closed({
  /** Whether this begins a whole list: forget what you had. */
  whole: Type.Boolean(),
  more: Type.Boolean(),
  /** Null: as the portal says now; else when it last said so. */
  from: nullable(Time),
  entries: Type.Array(BookEntry, { maxItems: 500 }),
  removed: Type.Array(Id, { maxItems: 500 }),
});
export type BookPart = Static<typeof BookPart>;

export const AgentResult = Type.Union([
  closed({ type: Type.Literal("done") }),
  closed({ type: Type.Literal("asked") }),
  closed({ type: Type.Literal("portals"), portals: Type.Array(PortalEntry, { maxItems: 64 }) }),
  closed({
    type: Type.Literal("inspection"),
    host: Host,
    port: Port,
    /** Whether the system's trust store vouches for it; else `authority` must be confirmed. */
    systemTrust: Type.Boolean(),
    authority: nullable(Sha256),
    authorityName: text(300),
    pin: Sha256,
    until: Time,
  }),
  closed({
    type: Type.Literal("machines"),
    page: MachinePage,
    /** Null: fresh; else when this list was fetched. */
    from: nullable(Time),
  }),
  closed({ type: Type.Literal("journal"), entries: Type.Array(JournalEntry, { maxItems: 500 }) }),
  closed({ type: Type.Literal("history"), page: HistoryPage }),
  closed({ type: Type.Literal("diagnosis"), diagnosis: Diagnosis }),
  closed({
    type: Type.Literal("reachability"),
    machine: Name,
    probes: Type.Array(Probe, { maxItems: 1000 }),
    devices: Type.Array(Judged, { minItems: 1, maxItems: 16 }),
    /** Known devices that were too many for one test; each can be tested by its address. */
    untested: Type.Array(Ipv4, { maxItems: 64 }),
  }),
  closed({ type: Type.Literal("handOver"), address: text(300), code: Secret }),
  /** `name` for the file, `text` its whole content. */
  closed({ type: Type.Literal("diagnostics"), name: text(100), text: text(500_000) }),
  closed({ type: Type.Literal("logs"), lines: Type.Array(text(4000), { maxItems: 2000 }) }),
  closed({
    type: Type.Literal("proxy"),
    setting: ProxySetting,
    credentials: Type.Boolean(),
    fixedByPolicy: Type.Boolean(),
  }),
]);
export type AgentResult = Static<typeof AgentResult>;

export const AgentMessage = Type.Union([
  AgentWelcome,
  closed({ type: Type.Literal("state"), state: AgentState }),
  closed({ type: Type.Literal("reply"), id, result: AgentResult }),
  /** id 0: the connection itself is refused. */
  closed({ type: Type.Literal("refusal"), id: Type.Integer({ minimum: 0 }), cause: Cause, detail: Detail }),
  closed({ type: Type.Literal("progress"), id, check: Check }),
  closed({ type: Type.Literal("probed"), id, probe: Probe }),
  closed({ type: Type.Literal("machines"), id, part: BookPart }),
]);
export type AgentMessage = Static<typeof AgentMessage>;

export const decodeFaceHello = decoder("agent", FaceHello);
export const decodeFaceProof = decoder("agent", FaceProof);
export const decodeAgentRequest = decoder("agent", AgentRequest);
export const decodeAgentMessage = decoder("agent", AgentMessage);
