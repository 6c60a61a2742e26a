import type { PortalTrust } from "../app/dial/certificate.ts";
import type { HelperProgram } from "../app/dial/helper-program.ts";
import { PinnedAgent } from "../app/dial/pinned-agent.ts";
import { callHttps } from "../app/dial/pinned-https.ts";
import { planWays } from "../app/core/ways.ts";
import { CauseError } from "../contract/causes.ts";
import { frontPorts } from "../contract/constants.ts";
import { ContractError, type Decoder } from "../contract/decoder.ts";
import type { Enrolled, Enrolment, RouterTicket } from "../contract/portal.ts";
import { decodeEnrolled, decodeRefusal, decodeRouterTicket } from "../contract/portal.ts";
import type { Way } from "../contract/relay.ts";
import { version } from "./version.ts";


export interface PortalAddress {
  readonly host: string;
  readonly port: number;
}

export interface PortalOptions {
  readonly address: PortalAddress;
  readonly program: HelperProgram;
  /** Asked for each connection: pins change. */
  readonly trust: () => PortalTrust;
  /** Key of the way that worked last. */
  readonly rememberedWay: () => string | null;
}

/** The two requests of a router. Both throw CauseError. */
export interface Portal {
  enrol(enrolment: Enrolment, signal?: AbortSignal): Promise<Enrolled>;
  ticket(password: string, signal?: AbortSignal): Promise<RouterTicket>;
  /** Ends kept connections. */
  close(): void;
}

/** The portal behind pinned HTTPS over the relay: nothing is sent before it has proved who it is. */
export function openPortal({ address, program, trust, rememberedWay }: PortalOptions): Portal {
  const agent = new PinnedAgent({
    host: address.host,
    program,
    trust,
    ways: async () => portalWays(address, rememberedWay()),
  });
  const target = { ...address, agent };
  const post = async <Answer>(
    path: string,
    body: unknown,
    bearer: string | null,
    decode: Decoder<Answer>,
    signal?: AbortSignal,
  ): Promise<Answer> => {
    const call = { method: "POST", path, body, bearer, timeoutMs: 30_000, ...(signal ? { signal } : {}) } as const;
    const { status, value } = await callHttps(target, call);
    return status < 300 ? decoded(decode, value) : refuse(value);
  };
  return {
    enrol: (enrolment, signal) => post("/api/v1/enrolments", enrolment, null, decodeEnrolled, signal),
    ticket: (password, signal) => post("/api/v1/router/tickets", { version }, password, decodeRouterTicket, signal),
    close: () => agent.destroy(),
  };
}

/** The portal's own port and the three of `front`: it answers HTTPS on each of them. */
export function portalWays({ host, port }: PortalAddress, remembered: string | null): Way[] {
  const endpoints = [...new Set([port, ...frontPorts])].map((each) => ({ host, port: each }));
  return planWays({ endpoints, routes: [{ kind: "direct" }], wrapName: null, remembered });
}

function refuse(value: unknown): never {
  const { cause, detail } = decoded(decodeRefusal, value);
  throw new CauseError(cause, detail);
}

function decoded<Answer>(decode: Decoder<Answer>, value: unknown): Answer {
  try {
    return decode(value);
  } catch (error) {
    throw error instanceof ContractError ? new CauseError("notAPortal", error.message) : error;
  }
}
