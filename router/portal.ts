import { planWays } from "../app/core/ways.ts";
import type { PortalTrust } from "../app/dial/certificate.ts";
import type { HelperProgram } from "../app/dial/helper-program.ts";
import { PinnedAgent } from "../app/dial/pinned-agent.ts";
import { PortalClient } from "../app/dial/portal-client.ts";
import { frontPorts } from "../contract/constants.ts";
import type { Enrolled, RouterOrders, RouterReport, RouterTicket } from "../contract/portal.ts";
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

/** The requests of a router. All throw CauseError. */
export interface Portal {
  enrol(enrolment: Parameters<PortalClient["enrol"]>[0]): Promise<Enrolled>;
  ticket(password: string, signal?: AbortSignal): Promise<RouterTicket>;
  orders(password: string, known: number, signal: AbortSignal): Promise<RouterOrders>;
  report(password: string, report: RouterReport, signal: AbortSignal): Promise<void>;
  /** Ends kept connections. */
  close(): void;
}

/** The portal behind pinned HTTPS over the relay: nothing is sent before it has proved who it is. */
export function openPortal({ address, program, trust, rememberedWay }: PortalOptions): Portal {
  const ways = async (): Promise<readonly Way[]> => portalWays(address, rememberedWay());
  const agent = new PinnedAgent({ host: address.host, program, trust, ways });
  const as = (bearer: string | null) => new PortalClient({ ...address, agent }, () => bearer);
  return {
    enrol: (enrolment) => as(null).enrol(enrolment),
    ticket: (password, signal) => as(password).routerTicket({ version }, signal),
    orders: (password, known, signal) => as(password).routerOrders({ known }, signal),
    report: (password, report, signal) => as(password).routerReport(report, signal),
    close: () => agent.destroy(),
  };
}

/** A portal answers HTTPS on each of `front`'s three ports. On a port of its own choice it answers there alone, and the three are somebody else's. */
export function portalWays({ host, port }: PortalAddress, remembered: string | null): Way[] {
  const ports = frontPorts.includes(port) ? frontPorts : [port];
  const endpoints = ports.map((each) => ({ host, port: each }));
  return planWays({ endpoints, routes: [{ kind: "direct" }], wrapName: null, remembered });
}
