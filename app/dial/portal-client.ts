import { CauseError } from "../../contract/causes.ts";
import { ContractError } from "../../contract/decoder.ts";
import type {
  About,
  CheckAnswer,
  CheckRequest,
  ConnectRequest,
  DeviceList,
  DisconnectRequest,
  Enrolled,
  Enrolment,
  HandOver,
  HistoryNote,
  HistoryPage,
  HistoryReport,
  Intent,
  IntentState,
  Login,
  LoginAnswer,
  LoginCode,
  LoginDevice,
  Machine,
  MachinePage,
  MachineQuery,
  Me,
  RouterOrders,
  RouterOrdersRequest,
  RouterReport,
  RouterTicket,
  RouterTicketRequest,
  StandInRequest,
  TicketRequest,
  TunnelList,
} from "../../contract/portal.ts";
import {
  decodeAbout,
  decodeCheckAnswer,
  decodeDeviceList,
  decodeDone,
  decodeEnrolled,
  decodeHandOver,
  decodeHistoryPage,
  decodeIntent,
  decodeLoginAnswer,
  decodeMachine,
  decodeMachinePage,
  decodeMe,
  decodeRefusal,
  decodeRouterOrders,
  decodeRouterTicket,
  decodeTunnelList,
} from "../../contract/portal.ts";
import type { Ticket } from "../../contract/ticket.ts";
import { decodeTicket } from "../../contract/ticket.ts";
import type { HttpsAnswer, HttpsCall, HttpsStream, HttpsTarget } from "./pinned-https.ts";
import { callHttps, openHttps } from "./pinned-https.ts";

type Answer<Value> = (value: unknown) => Value;

/**
 * The portal's API (contract: portal.ts), one method a row. Every method throws CauseError: the portal's refusal as it
 * is, what the way there failed with, `notAPortal` for an answer that is none of the contract's.
 */
export class PortalClient {
  readonly #target: HttpsTarget;
  readonly #bearer: () => string | null;

  /** `bearer`: the session token (a router: its password) of the moment. */
  constructor(target: HttpsTarget, bearer: () => string | null) {
    this.#target = target;
    this.#bearer = bearer;
  }

  about(signal?: AbortSignal): Promise<About> {
    return this.#get("/about", decodeAbout, signal);
  }

  login(login: Login, signal?: AbortSignal): Promise<LoginAnswer> {
    return this.#post("/login", login, decodeLoginAnswer, signal);
  }

  loginCode(code: LoginCode, signal?: AbortSignal): Promise<LoginAnswer> {
    return this.#post("/login/code", code, decodeLoginAnswer, signal);
  }

  loginDevice(device: LoginDevice, signal?: AbortSignal): Promise<LoginAnswer> {
    return this.#post("/login/device", device, decodeLoginAnswer, signal);
  }

  async logout(signal?: AbortSignal): Promise<void> {
    await this.#post("/logout", {}, decodeDone, signal);
  }

  /** A one-time code that signs a page in as whoever is signed in here. */
  handOver(signal?: AbortSignal): Promise<HandOver> {
    return this.#post("/hand-overs", {}, decodeHandOver, signal);
  }

  me(signal?: AbortSignal): Promise<Me> {
    return this.#get("/me", decodeMe, signal);
  }

  machines(query: MachineQuery, signal?: AbortSignal): Promise<MachinePage> {
    return this.#get(`/machines${queryOf(query)}`, decodeMachinePage, signal);
  }

  machine(machine: string, signal?: AbortSignal): Promise<Machine> {
    return this.#get(`/machines/${encodeURIComponent(machine)}`, decodeMachine, signal);
  }

  async ticket(request: TicketRequest, signal?: AbortSignal): Promise<Ticket> {
    const call = { method: "POST", path: "/tickets", body: request, repeatable: true } as const; // an unused one expires
    return this.#decode(await this.#call(call, signal), decodeTicket);
  }

  tunnels(signal?: AbortSignal): Promise<TunnelList> {
    return this.#get("/tunnels", decodeTunnelList, signal);
  }

  connect(machine: string, request: ConnectRequest, signal?: AbortSignal): Promise<Intent> {
    return this.#post(`/machines/${encodeURIComponent(machine)}/connect`, request, decodeIntent, signal);
  }

  async disconnect(machine: string, request: DisconnectRequest, signal?: AbortSignal): Promise<void> {
    await this.#post(`/machines/${encodeURIComponent(machine)}/disconnect`, request, decodeDone, signal);
  }

  /** Gives networks of a machine stand-in prefixes; resolves when its router has them. */
  standIn(machine: string, request: StandInRequest, signal?: AbortSignal): Promise<Machine> {
    return this.#post(`/machines/${encodeURIComponent(machine)}/stand-in`, request, decodeMachine, signal);
  }

  intent(intent: string, signal?: AbortSignal): Promise<Intent> {
    return this.#get(`/intents/${encodeURIComponent(intent)}`, decodeIntent, signal);
  }

  async reportIntent(intent: string, state: IntentState, signal?: AbortSignal): Promise<void> {
    await this.#put(`/intents/${encodeURIComponent(intent)}/state`, state, signal);
  }

  /** What this computer knows of a connection that ended; fills what the portal did not see itself. */
  async reportHistory(intent: string, report: HistoryReport, signal?: AbortSignal): Promise<void> {
    await this.#put(`/history/${encodeURIComponent(intent)}`, report, signal);
  }

  async noteHistory(intent: string, note: HistoryNote, signal?: AbortSignal): Promise<void> {
    await this.#put(`/history/${encodeURIComponent(intent)}/note`, note, signal);
  }

  history(query: { readonly limit: number; readonly before?: string }, signal?: AbortSignal): Promise<HistoryPage> {
    return this.#get(`/history${queryOf(query)}`, decodeHistoryPage, signal);
  }

  enrol(enrolment: Enrolment, signal?: AbortSignal): Promise<Enrolled> {
    return this.#post("/enrolments", enrolment, decodeEnrolled, signal);
  }

  routerTicket(request: RouterTicketRequest, signal?: AbortSignal): Promise<RouterTicket> {
    return this.#post("/router/tickets", request, decodeRouterTicket, signal);
  }

  devices(machine: string, signal?: AbortSignal): Promise<DeviceList> {
    return this.#get(`/machines/${encodeURIComponent(machine)}/devices`, decodeDeviceList, signal);
  }

  check(machine: string, request: CheckRequest, signal?: AbortSignal): Promise<CheckAnswer> {
    return this.#post(`/machines/${encodeURIComponent(machine)}/checks`, request, decodeCheckAnswer, signal);
  }

  routerOrders(request: RouterOrdersRequest, signal?: AbortSignal): Promise<RouterOrders> {
    return this.#post("/router/orders", request, decodeRouterOrders, signal);
  }

  async routerReport(report: RouterReport, signal?: AbortSignal): Promise<void> {
    await this.#post("/router/reports", report, decodeDone, signal);
  }

  /** The event stream from behind `lastEventId` on; null: from now on. */
  async events(lastEventId: string | null, signal: AbortSignal): Promise<HttpsStream["body"]> {
    const headers = { accept: "text/event-stream", ...(lastEventId === null ? {} : { "last-event-id": lastEventId }) };
    const call = { method: "GET", path: "/api/v1/events", body: null, bearer: this.#bearer(), signal } as const;
    const stream = await openHttps(this.#target, call, headers);
    if (stream.status === 200 && stream.contentType.startsWith("text/event-stream")) return stream.body;
    stream.body.destroy();
    // The stream's refusal is read by asking an ordinary question: the same session, the same answer.
    await this.me(signal);
    throw new CauseError("portalFault", `event stream: status ${stream.status}`);
  }

  async #get<Value>(path: string, decode: Answer<Value>, signal?: AbortSignal): Promise<Value> {
    return this.#decode(await this.#call({ method: "GET", path, body: null }, signal), decode);
  }

  async #post<Value>(path: string, body: unknown, decode: Answer<Value>, signal?: AbortSignal): Promise<Value> {
    return this.#decode(await this.#call({ method: "POST", path, body }, signal), decode);
  }

  async #put(path: string, body: unknown, signal?: AbortSignal): Promise<void> {
    this.#decode(await this.#call({ method: "PUT", path, body, repeatable: true }, signal), decodeDone);
  }

  #call(call: Pick<HttpsCall, "method" | "path" | "body" | "repeatable">, signal?: AbortSignal): Promise<HttpsAnswer> {
    const path = `/api/v1${call.path}`;
    return callHttps(this.#target, { ...call, path, bearer: this.#bearer(), ...(signal ? { signal } : {}) });
  }

  #decode<Value>(answer: HttpsAnswer, decode: Answer<Value>): Value {
    try {
      if (answer.status >= 200 && answer.status < 300) return decode(answer.value);
      const { cause, detail } = decodeRefusal(answer.value);
      throw new CauseError(cause, detail);
    } catch (error) {
      if (error instanceof ContractError)
        throw new CauseError("notAPortal", `status ${answer.status}, ${error.message}`);
      throw error;
    }
  }
}

function queryOf(query: Readonly<Record<string, string | number | undefined>>): string {
  const given = Object.entries(query).flatMap(([name, value]) => (value === undefined ? [] : [[name, String(value)]]));
  return given.length === 0 ? "" : `?${new URLSearchParams(given)}`;
}
