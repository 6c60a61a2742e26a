import { CauseError } from "../../contract/causes.ts";
import type { Intent, LoginAnswer, MachinePage, TunnelList } from "../../contract/portal.ts";
import {
  decodeDone,
  decodeIntent,
  decodeLoginAnswer,
  decodeMachinePage,
  decodeMe,
  decodeRefusal,
  decodeTunnelList,
} from "../../contract/portal.ts";

/** Calls of contract/portal.ts as a page makes them: cookie session, `X-Anslut` with every change. Failures are {@link CauseError}. */

export type Me = ReturnType<typeof decodeMe>;

export const api = {
  me: (): Promise<Me> => call("GET", "me", decodeMe),

  login: (account: string, user: string, password: string): Promise<LoginAnswer> =>
    call("POST", "login", decodeLoginAnswer, {
      account,
      user,
      password,
      client: "page",
      device: navigator.userAgent.slice(0, 100),
      remember: false,
    }),

  code: (pending: string, code: string): Promise<LoginAnswer> =>
    call("POST", "login/code", decodeLoginAnswer, { pending, code }),

  logout: (): Promise<unknown> => call("POST", "logout", decodeDone, {}),

  machines: (search: string, after: string | null, signal: AbortSignal): Promise<MachinePage> => {
    const query = new URLSearchParams({ search, limit: "100" });
    if (after !== null) query.set("after", after);
    return call("GET", `machines?${query}`, decodeMachinePage, undefined, signal);
  },

  tunnels: (): Promise<TunnelList> => call("GET", "tunnels", decodeTunnelList),

  connect: (machine: string, wish: ConnectWish): Promise<Intent> =>
    call("POST", `machines/${encodeURIComponent(machine)}/connect`, decodeIntent, wish),

  disconnect: (machine: string, tunnel: string | null): Promise<unknown> =>
    call("POST", `machines/${encodeURIComponent(machine)}/disconnect`, decodeDone, { tunnel }),
};

export type ConnectWish = {
  readonly networks: readonly string[];
  readonly tunnel: string | null;
  readonly orderNumber: string;
  readonly reason: string;
};

async function call<Answer>(
  method: "GET" | "POST",
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
    throw new CauseError("portalFault", String(error));
  });
  const answer: unknown = await response.json().catch(() => null);
  if (response.ok) return decode(answer);
  if (answer === null) throw new CauseError("portalFault", `status ${response.status}`);
  const refusal = decodeRefusal(answer);
  throw new CauseError(refusal.cause, refusal.detail);
}
