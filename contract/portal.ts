import type { Static } from "typebox";
import { Type } from "typebox";
import type { Cause as CauseName } from "./causes.ts";
import { closed, decoder, nullable, oneOf } from "./decoder.ts";
import { Cause } from "./failure.ts";
import { Ticket } from "./ticket.ts";
import { Bytes, Cidr, Detail, Id, Ipv4, Milliseconds, Name, Pem, Port, Secret, Sha256, Time, text } from "./values.ts";

/**
 * HTTPS between agent, pages or router and `web`, under /api/v1. JSON both ways. A failure is `Refusal` with the status
 * of {@link statusOf}. Agents and routers send `Authorization: Bearer …`; pages have the cookie `__Host-session` and send the header
 * `X-Anslut: 1` with every change. The schemas are also the server's validation: what is not named is refused.
 *
 * | method and path | body → answer | who |
 * |---|---|---|
 * | GET  /api/v1/about | → About | anybody |
 * | POST /api/v1/login | Login → LoginAnswer | anybody |
 * | POST /api/v1/login/code | LoginCode → LoginAnswer | a login with the right password |
 * | POST /api/v1/login/device | LoginDevice → LoginAnswer | a remembered device |
 * | POST /api/v1/login/hand-over | LoginHandOver → LoginAnswer (page) | a one-time code |
 * | POST /api/v1/hand-overs | {} → HandOver | agent |
 * | POST /api/v1/logout | {} → Done | session |
 * | GET  /api/v1/me | → Me | session |
 * | POST /api/v1/password | PasswordChange → Done | session |
 * | POST /api/v1/second-factor | SecondFactorRequest → SecondFactorOffer | session |
 * | POST /api/v1/second-factor/confirm | SecondFactorConfirmation → Done | session |
 * | POST /api/v1/second-factor/remove | SecondFactorRemoval → Done | session |
 * | GET  /api/v1/sessions | → SessionList | session: one's own |
 * | POST /api/v1/sessions/:session/end | {} → Done | session: one's own |
 * | POST /api/v1/devices/:device/forget | {} → Done | session: one's own |
 * | GET  /api/v1/machines?search&state&limit&after | → MachinePage, a page's: OwnMachinePage | session |
 * | GET  /api/v1/machines/:machine | → Machine | session |
 * | POST /api/v1/tickets | TicketRequest → Ticket | agent |
 * | GET  /api/v1/tunnels | → TunnelList | session: one's own |
 * | POST /api/v1/machines/:machine/connect | ConnectRequest → Intent | session |
 * | POST /api/v1/machines/:machine/disconnect | DisconnectRequest → Done | session |
 * | POST /api/v1/machines/:machine/stand-in | StandInRequest → Machine | session |
 * | GET  /api/v1/machines/:machine/devices | → DeviceList | session |
 * | POST /api/v1/machines/:machine/checks | CheckRequest → CheckAnswer | session |
 * | GET  /api/v1/intents/:intent | → Intent | agent |
 * | PUT  /api/v1/intents/:intent/state | IntentState → Done | agent |
 * | GET  /api/v1/events | → SSE of PortalEvent | session |
 * | GET  /api/v1/history?machine&limit&before | → HistoryPage | session |
 * | PUT  /api/v1/history/:intent | HistoryReport → Done | agent: one's own |
 * | PUT  /api/v1/history/:intent/note | HistoryNote → Done | session: one's own |
 * | POST /api/v1/enrolments | Enrolment → Enrolled | one-time token |
 * | POST /api/v1/router/tickets | RouterTicketRequest → RouterTicket | router |
 * | POST /api/v1/router/orders | RouterOrdersRequest → RouterOrders, held for up to 20 s | router |
 * | POST /api/v1/router/reports | RouterReport → Done | router |
 */

export const About = closed({
  product: Type.Literal("anslut-portal"),
  version: text(100),
  /** The portal's clock, to find a wrong one on the laptop. */
  time: Time,
});
export type About = Static<typeof About>;

export const Refusal = closed({ cause: Cause, detail: Detail });

export const Done = closed({ done: Type.Literal(true) });

export const Login = closed({
  account: Name,
  user: Name,
  password: Secret,
  /** `agent` gets a bearer token, `page` a cookie. */
  client: oneOf(["agent", "page"]),
  /** Name of the device, shown in the list of sessions. */
  device: text(100),
  /** Whether to give a device token (30 days) that replaces password and code. */
  remember: Type.Boolean(),
});
export type Login = Static<typeof Login>;
export const LoginCode = closed({ pending: text(100), code: text(16) });
export type LoginCode = Static<typeof LoginCode>;
export const LoginDevice = closed({ deviceToken: Secret, device: text(100) });
export type LoginDevice = Static<typeof LoginDevice>;

/** A one-time code for a page, drawn by an agent for the person who is signed in there. Good for 60 s, once. */
export const HandOver = closed({ code: Secret, expires: Time });
export type HandOver = Static<typeof HandOver>;
export const LoginHandOver = closed({ code: Secret });
export type LoginHandOver = Static<typeof LoginHandOver>;

/** SPKI pin (SHA-256 of the public key's DER) in use, and the next one if the portal has announced it. */
export const Pins = closed({ current: Sha256, next: nullable(Sha256) });
export type Pins = Static<typeof Pins>;

export const LoginAnswer = Type.Union([
  closed({ next: Type.Literal("secondFactor"), pending: text(100), expires: Time }),
  closed({
    next: Type.Literal("signedIn"),
    /** Null for pages, whose session is in the cookie. */
    token: nullable(Secret),
    deviceToken: nullable(Secret),
    expires: Time,
    pins: Pins,
  }),
]);
export type LoginAnswer = Static<typeof LoginAnswer>;

export const Me = closed({ account: Name, user: Name, secondFactor: Type.Boolean(), sessionExpires: Time, pins: Pins });
export type Me = Static<typeof Me>;

export const PasswordChange = closed({ password: Secret, next: Secret });
export type PasswordChange = Static<typeof PasswordChange>;

/** A second factor begins with the password, and counts only once a code of it was given. */
export const SecondFactorRequest = closed({ password: Secret });
export type SecondFactorRequest = Static<typeof SecondFactorRequest>;
/** `uri` as authenticator apps read it (otpauth://totp/…), `secret` the same in Base32 for typing. */
export const SecondFactorOffer = closed({ uri: text(500), secret: text(100) });
export type SecondFactorOffer = Static<typeof SecondFactorOffer>;
export const SecondFactorConfirmation = closed({ code: text(16) });
export type SecondFactorConfirmation = Static<typeof SecondFactorConfirmation>;
export const SecondFactorRemoval = closed({ password: Secret, code: text(16) });
export type SecondFactorRemoval = Static<typeof SecondFactorRemoval>;

export const SessionList = closed({
  sessions: Type.Array(
    closed({
      id: Id,
      client: oneOf(["agent", "page"]),
      device: text(100),
      address: text(64),
      created: Time,
      expires: Time,
      /** Whether it is the one that asks. */
      current: Type.Boolean(),
    }),
    { maxItems: 500 },
  ),
  /** Where one may sign in without password and code. */
  devices: Type.Array(closed({ id: Id, name: text(100), created: Time, lastUsed: Time, expires: Time }), {
    maxItems: 500,
  }),
});
export type SessionList = Static<typeof SessionList>;

export const MachineNetwork = closed({
  network: Cidr,
  /** Where it appears in the tunnel instead of `network`, by 1:1 NAT on the router. */
  standIn: nullable(Cidr),
  /** What this person may reach in it: null for all of it, else the list of grants. */
  only: nullable(
    Type.Array(
      closed({ destination: Cidr, protocol: oneOf(["tcp", "udp", "icmp"]), ports: nullable(Type.Tuple([Port, Port])) }),
      { maxItems: 256 },
    ),
  ),
});
export type MachineNetwork = Static<typeof MachineNetwork>;

/** A network as the machine knows it, and where it appeared in the tunnel. */
export const NetworkPair = closed({ network: Cidr, standIn: nullable(Cidr) });
export type NetworkPair = Static<typeof NetworkPair>;

export const Machine = closed({
  id: Id,
  name: Name,
  customer: text(200),
  place: text(200),
  serial: nullable(text(64)),
  online: Type.Boolean(),
  lastSeen: nullable(Time),
  networks: Type.Array(MachineNetwork, { maxItems: 64 }),
  /** Who is connected to it now (user names of the same account). */
  present: Type.Array(Name, { maxItems: 256 }),
});
export type Machine = Static<typeof Machine>;

/** What a laptop last said of a connection. */
export const IntentState = closed({
  state: oneOf(["routing", "connected", "routeErrors", "silent", "overlapping", "closed"]),
  cause: nullable(Cause),
  roundTripMs: nullable(Milliseconds),
});
export type IntentState = Static<typeof IntentState>;

/** An open connection of one's own. `state` is null until its laptop has said something. */
export const OwnConnection = closed({ machine: Id, intent: Id, tunnel: Id, state: nullable(IntentState) });
export type OwnConnection = Static<typeof OwnConnection>;

export const MachinePage = closed({
  machines: Type.Array(Machine, { maxItems: 500 }),
  total: Type.Integer({ minimum: 0 }),
  after: nullable(text(200)),
});
export type MachinePage = Static<typeof MachinePage>;

/** The answer to a session of a page: with all connections of whoever asks, oldest first, whatever the list shows. An agent knows its own. */
export const OwnMachinePage = closed({
  ...MachinePage.properties,
  connections: Type.Array(OwnConnection, { maxItems: 500 }),
});
export type OwnMachinePage = Static<typeof OwnMachinePage>;

export const MachineQuery = closed({
  search: Type.Optional(text(200)),
  /** Only those that are: online, not online, or online with somebody on them. */
  state: Type.Optional(oneOf(["online", "offline", "used"])),
  limit: Type.Optional(Type.Integer({ minimum: 1, maximum: 500 })),
  after: Type.Optional(text(200)),
});
export type MachineQuery = Static<typeof MachineQuery>;

export const TicketRequest = closed({
  device: oneOf(["tap", "tun"]),
  /** Name of the laptop, shown where the person has to choose between tunnels. */
  laptop: text(100),
  /** Ticket of the tunnel that this one replaces, null for none. A person has one tunnel a laptop; a new one ends the one named. */
  replaces: nullable(Id),
});
export type TicketRequest = Static<typeof TicketRequest>;

export const TunnelList = closed({
  tunnels: Type.Array(closed({ id: Id, laptop: text(100), since: Time, address: Ipv4 }), { maxItems: 64 }),
});
export type TunnelList = Static<typeof TunnelList>;

export const ConnectRequest = closed({
  /** Networks of the machine to connect; null: all that the person has rights in. */
  networks: nullable(Type.Array(Cidr, { maxItems: 64 })),
  /** Which of one's tunnels; null where there is only one. None: `dialFirst`. Several: `severalTunnels`. */
  tunnel: nullable(Id),
  orderNumber: text(100),
  reason: text(1000),
});
export type ConnectRequest = Static<typeof ConnectRequest>;
export const DisconnectRequest = closed({ tunnel: nullable(Id) });
export type DisconnectRequest = Static<typeof DisconnectRequest>;

/**
 * Networks of the machine, as it knows them, that shall appear by a stand-in prefix from now on; one that has a prefix gets another.
 * Who asks needs a right on the whole of each (`rightsMissing`), and the account must give them on request (`standInRefused`).
 * Answered when the router has come back with them.
 */
export const StandInRequest = closed({ networks: Type.Array(Cidr, { minItems: 1, maxItems: 64 }) });
export type StandInRequest = Static<typeof StandInRequest>;

/** A Connect, addressed to one tunnel. Fetched by the agent with its own session; the page hands over nothing but a click. */
export const Intent = closed({
  id: Id,
  tunnel: Id,
  machine: Id,
  machineName: Name,
  /** The router's tunnel address in primary and second slice: use the one of the slice the tunnel is in. Echo answers there. */
  router: Type.Tuple([Ipv4, Ipv4]),
  networks: Type.Array(MachineNetwork, { maxItems: 64 }),
  /** What the person wrote when connecting, wherever that was: the journal of the laptop shows the same as the portal's history. */
  orderNumber: text(100),
  reason: text(1000),
  created: Time,
});
export type Intent = Static<typeof Intent>;

/** What came back: an answer, a refusal (RST), nothing, or word from somebody on the way that it cannot be. */
export const Outcome = oneOf(["answers", "refused", "silent", "unreachable", "untested"]);
export type Outcome = Static<typeof Outcome>;

/** One try to reach a device. */
export const PortSight = closed({ port: Port, outcome: Outcome });
export type PortSight = Static<typeof PortSight>;

/** A device as its router sees it. */
export const RouterSight = closed({ arp: Outcome, icmp: Outcome, ports: Type.Array(PortSight, { maxItems: 32 }) });
export type RouterSight = Static<typeof RouterSight>;

/** Devices of a machine that one may reach: those that a grant names, else those that the router has seen. */
export const DeviceList = closed({ devices: Type.Array(Ipv4, { maxItems: 64 }) });
export type DeviceList = Static<typeof DeviceList>;

/** Has the router look at a device. `address` is the machine's own or the one it has in the tunnel. Only what is granted is tried. */
export const CheckRequest = closed({ address: Ipv4, ports: Type.Array(Port, { maxItems: 32 }) });
export type CheckRequest = Static<typeof CheckRequest>;

export const CheckAnswer = closed({
  /** As the machine knows it, and as a laptop reaches it. */
  address: Ipv4,
  reachedAs: Ipv4,
  network: Cidr,
  sourceNat: Type.Boolean(),
  /** What the person's rights cover of the question. */
  granted: closed({ icmp: Type.Boolean(), ports: Type.Array(Port, { maxItems: 32 }) }),
  /** Null: the router is offline, or did not answer in time. */
  router: nullable(RouterSight),
});
export type CheckAnswer = Static<typeof CheckAnswer>;

/** The router asks what there is to do. Answered at once when it differs from version `known`, else after a while. */
export const RouterOrdersRequest = closed({ known: Type.Integer({ minimum: 0 }) });
export type RouterOrdersRequest = Static<typeof RouterOrdersRequest>;

export const RouterOrders = closed({
  version: Type.Integer({ minimum: 0 }),
  /** Whose devices are wanted now: a /32 is one device, a larger network the devices in it that the router knows. By ARP alone. */
  watch: Type.Array(Cidr, { maxItems: 128 }),
  checks: Type.Array(
    closed({ id: Id, address: Ipv4, icmp: Type.Boolean(), ports: Type.Array(Port, { maxItems: 32 }) }),
    { maxItems: 16 },
  ),
});
export type RouterOrders = Static<typeof RouterOrders>;

export const RouterReport = Type.Union([
  closed({ type: Type.Literal("checked"), check: Id, sight: RouterSight }),
  /** All devices that are watched, whenever one changes. */
  closed({
    type: Type.Literal("sighted"),
    devices: Type.Array(closed({ address: Ipv4, answers: Type.Boolean() }), { maxItems: 256 }),
  }),
]);
export type RouterReport = Static<typeof RouterReport>;

/** `id:` of an event is opaque. After a gap that cannot be filled the stream starts with `resync`: read everything anew. */
export const PortalEvent = Type.Union([
  closed({ type: Type.Literal("resync") }),
  closed({ type: Type.Literal("machineChanged"), machine: Machine }),
  closed({ type: Type.Literal("machineRemoved"), machine: Id }),
  closed({ type: Type.Literal("intent"), intent: Id, tunnel: Id }),
  /** A connection ended at the portal: disconnect on the page, rights withdrawn, router gone. */
  closed({ type: Type.Literal("intentEnded"), intent: Id, tunnel: Id, cause: nullable(Cause) }),
  closed({ type: Type.Literal("intentState"), intent: Id, machine: Id, state: IntentState }),
  /** Which of the devices behind a connection do not answer their router; none: all do. */
  closed({ type: Type.Literal("devices"), intent: Id, tunnel: Id, silent: Type.Array(Ipv4, { maxItems: 64 }) }),
  closed({ type: Type.Literal("tunnelEnded"), tunnel: Id, cause: nullable(Cause) }),
  closed({ type: Type.Literal("pins"), pins: Pins }),
  /** This session is over; the stream ends. */
  closed({ type: Type.Literal("signedOut"), cause: Cause }),
]);
export type PortalEvent = Static<typeof PortalEvent>;

export const HistoryPage = closed({
  connections: Type.Array(
    closed({
      id: Id,
      user: Name,
      machine: Name,
      laptop: text(100),
      from: Time,
      until: nullable(Time),
      networks: Type.Array(NetworkPair, { maxItems: 64 }),
      received: Bytes,
      sent: Bytes,
      orderNumber: text(100),
      reason: text(1000),
      note: text(4000),
      ended: nullable(Cause),
    }),
    { maxItems: 500 },
  ),
  before: nullable(text(200)),
});
export type HistoryPage = Static<typeof HistoryPage>;

/** What the laptop knows of a connection that ended while the portal was out of reach. Fills gaps; changes nothing that the portal saw itself. */
export const HistoryReport = closed({ until: Time, received: Bytes, sent: Bytes, ended: nullable(Cause) });
export type HistoryReport = Static<typeof HistoryReport>;
export const HistoryNote = closed({ note: text(4000) });
export type HistoryNote = Static<typeof HistoryNote>;

/** A router proves that it was meant by the token, which is bound to serial and account; the server sets the certificate's subject. */
export const Enrolment = closed({
  serial: text(64),
  token: Secret,
  /** Public key (SPKI, PEM, EC P-256) of the router's own key, and a signature (ECDSA, SHA-256, base64 of DER) over the token by it. */
  publicKey: Pem,
  proof: text(200),
});
export type Enrolment = Static<typeof Enrolment>;
export const Enrolled = closed({ machine: Id, certificate: Pem, password: Secret, pins: Pins });
export type Enrolled = Static<typeof Enrolled>;

/** What the router does for its LAN. */
export const RouterLan = closed({
  network: Cidr,
  standIn: nullable(Cidr),
  /** Whether devices see the router's own address as the peer: for PLCs without a gateway. */
  sourceNat: Type.Boolean(),
});
export const RouterTicketRequest = closed({ version: text(100) });
export type RouterTicketRequest = Static<typeof RouterTicketRequest>;
export const RouterTicket = closed({
  ticket: Ticket,
  /** Replaces the bearer password; the old one stays good until the new one is used. */
  password: Secret,
  /** A renewed certificate; null: keep. */
  certificate: nullable(Pem),
  lans: Type.Array(RouterLan, { maxItems: 64 }),
  pins: Pins,
});
export type RouterTicket = Static<typeof RouterTicket>;

/** HTTP status of a refusal. Everything a stranger may cause while signing in is 401 with one and the same body. */
export function statusOf(cause: CauseName): number {
  switch (cause) {
    case "credentialsRefused":
    case "codeRefused":
    case "loginExpired":
    case "signedOut":
    case "enrolmentRefused":
      return 401;
    case "forbidden":
    case "rightsMissing":
    case "policyForbids":
    case "standInRefused":
      return 403;
    case "notFound":
    case "machineUnknown":
    case "networkUnknown":
      return 404;
    case "dialFirst":
    case "severalTunnels":
    case "machineOffline":
    case "nameTaken":
    case "ticketRefused":
      return 409;
    case "tooManyAttempts":
      return 429;
    case "badRequest":
    case "weakPassword":
      return 400;
    default:
      return 500;
  }
}

export const decodeAbout = decoder("portal", About);
export const decodeRefusal = decoder("portal", Refusal);
export const decodeDone = decoder("portal", Done);
export const decodeLoginAnswer = decoder("portal", LoginAnswer);
export const decodeHandOver = decoder("portal", HandOver);
export const decodeMe = decoder("portal", Me);
export const decodeMachine = decoder("portal", Machine);
export const decodeMachinePage = decoder("portal", MachinePage);
export const decodeOwnMachinePage = decoder("portal", OwnMachinePage);
export const decodeTunnelList = decoder("portal", TunnelList);
export const decodeIntent = decoder("portal", Intent);
export const decodePortalEvent = decoder("portal", PortalEvent);
export const decodeHistoryPage = decoder("portal", HistoryPage);
export const decodeEnrolled = decoder("portal", Enrolled);
export const decodeDeviceList = decoder("portal", DeviceList);
export const decodeCheckAnswer = decoder("portal", CheckAnswer);
export const decodeRouterOrders = decoder("portal", RouterOrders);
export const decodeRouterTicket = decoder("portal", RouterTicket);
