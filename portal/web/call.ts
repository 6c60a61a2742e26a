import type { FastifyReply, FastifyRequest } from "fastify";
import type { RouterIdentity } from "./routers.ts";
import type { Session } from "./sessions.ts";

/** Who may use a route. */
export type Policy = "anybody" | "session" | "agent" | "router";

/** One request, with nothing in it that the policy has not checked. Bodies and queries are unknown until a decoder has seen them. */
export interface Call {
  readonly body: unknown;
  readonly query: unknown;
  readonly params: Readonly<Record<string, string>>;
  readonly address: string;
  /** Host name or address by which the caller reached us, without the port. */
  readonly reachedAs: string;
  readonly request: FastifyRequest;
  readonly reply: FastifyReply;
}

export interface SessionCall extends Call {
  readonly session: Session;
}

export interface RouterCall extends Call {
  readonly router: RouterIdentity;
}

type Method = "GET" | "POST" | "PUT";

/** One row of the table of routes. */
export type Route = { readonly method: Method; readonly path: string } & (
  | { readonly policy: "anybody"; readonly handle: (call: Call) => Promise<unknown> }
  | { readonly policy: "session" | "agent"; readonly handle: (call: SessionCall) => Promise<unknown> }
  | { readonly policy: "router"; readonly handle: (call: RouterCall) => Promise<unknown> }
);
