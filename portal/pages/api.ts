import { CauseError } from "../../contract/causes.ts";
import { decoder } from "../../contract/decoder.ts";
import type { HistoryPage, Intent, LoginAnswer, Machine, OwnMachinePage, TunnelList } from "../../contract/portal.ts";
import {
  decodeDone,
  decodeHistoryPage,
  decodeIntent,
  decodeLoginAnswer,
  decodeMachine,
  decodeMe,
  decodeOwnMachinePage,
  decodeRefusal,
  decodeTunnelList,
  SecondFactorOffer,
  SessionList,
} from "../../contract/portal.ts";
import { deviceName } from "./device-name.ts";
import type { MachineState } from "./place.ts";

/** Calls of contract/portal.ts as a page makes them: cookie session, `X-Anslut` with every change. Failures are {@link CauseError}. */

export type Me = ReturnType<typeof decodeMe>;

/** Detail of a failure where nothing came back at all: the network between here and the portal. */
export const unreachable = "unreachable";

const decodeSessionList = decoder("portal", SessionList);
const decodeSecondFactorOffer = decoder("portal", SecondFactorOffer);

export interface MachineWish {
  readonly search: string;
  readonly state: MachineState;
  readonly after: string | null;
  readonly limit: number;
}

export type ConnectWish = {
  readonly networks: readonly string[];
  readonly tunnel: string | null;
  readonly orderNumber: string;
  readonly reason: string;
};

export const api = {
  me: (): Promise<Me> => call("GET", "me", decodeMe),

  login: (account: string, user: string, password: string): Promise<LoginAnswer> =>
    call("POST", "login", decodeLoginAnswer, {
      ...{ account, user, password, client: "page", device: deviceName(navigator.userAgent), remember: false },
    }),
  code: (pending: string, code: string): Promise<LoginAnswer> =>
    call("POST", "login/code", decodeLoginAnswer, { pending, code }),
  handOver: (code: string): Promise<LoginAnswer> => call("POST", "login/hand-over", decodeLoginAnswer, { code }),
  logout: (): Promise<unknown> => call("POST", "logout", decodeDone, {}),

  machines: ({ search, state, after, limit }: MachineWish, signal?: AbortSignal): Promise<OwnMachinePage> => {
    const query = new URLSearchParams({ search, limit: String(limit) });
    if (state !== "all") query.set("state", state);
    if (after !== null) query.set("after", after);
    return call("GET", `machines?${query}`, decodeOwnMachinePage, undefined, signal);
  },
  machine: (id: string): Promise<Machine> => call("GET", `machines/${encodeURIComponent(id)}`, decodeMachine),
  tunnels: (): Promise<TunnelList> => call("GET", "tunnels", decodeTunnelList),
  connect: (machine: string, wish: ConnectWish): Promise<Intent> =>
    call("POST", `machines/${encodeURIComponent(machine)}/connect`, decodeIntent, wish),
  disconnect: (machine: string, tunnel: string | null): Promise<unknown> =>
    call("POST", `machines/${encodeURIComponent(machine)}/disconnect`, decodeDone, { tunnel }),
  standIn: (machine: string, networks: readonly string[]): Promise<Machine> =>
    call("POST", `machines/${encodeURIComponent(machine)}/stand-in`, decodeMachine, { networks }),

  history: (machine: string, before: string | null, limit: number): Promise<HistoryPage> => {
    const query = new URLSearchParams({ machine, limit: String(limit) });
    if (before !== null) query.set("before", before);
    return call("GET", `history?${query}`, decodeHistoryPage);
  },
  note: (entry: string, note: string): Promise<unknown> =>
    call("PUT", `history/${encodeURIComponent(entry)}/note`, decodeDone, { note }),

  sessions: (): Promise<SessionList> => call("GET", "sessions", decodeSessionList),
  endSession: (id: string): Promise<unknown> => call("POST", `sessions/${encodeURIComponent(id)}/end`, decodeDone, {}),
  forgetDevice: (id: string): Promise<unknown> =>
    call("POST", `devices/${encodeURIComponent(id)}/forget`, decodeDone, {}),
  changePassword: (password: string, next: string): Promise<unknown> =>
    call("POST", "password", decodeDone, { password, next }),
  beginSecondFactor: (password: string): Promise<SecondFactorOffer> =>
    call("POST", "second-factor", decodeSecondFactorOffer, { password }),
  confirmSecondFactor: (code: string): Promise<unknown> => call("POST", "second-factor/confirm", decodeDone, { code }),
  removeSecondFactor: (password: string, code: string): Promise<unknown> =>
    call("POST", "second-factor/remove", decodeDone, { password, code }),
};

async function call<Answer>(
  method: "GET" | "POST" | "PUT",
  path: string,
  decode: (value: unknown) => Answer,
  body?: unknown,
  signal?: AbortSignal,
): Promise<Answer> {
  const response = await fetch(`/api/v1/${path}`, {
    method,
    credentials: "same-origin",
    headers: body === undefined ? {} : { "content-type": "application/json", "x-anslut": "1" },
    body: body === undefined ? null : JSON.stringify(body),
    signal: signal ?? null,
  }).catch((error: unknown) => {
    if (signal?.aborted === true) throw error;
    throw new CauseError("portalFault", unreachable);
  });
  const answer: unknown = await response.json().catch(() => null);
  if (response.ok) return decode(answer);
  if (answer === null) throw new CauseError("portalFault", `status ${response.status}`);
  const refusal = decodeRefusal(answer);
  throw new CauseError(refusal.cause, refusal.detail);
}
