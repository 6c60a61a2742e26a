import { existsSync } from "node:fs";
import { createServer } from "node:http";
import { join } from "node:path";
import fastifyCookie from "@fastify/cookie";
import fastifyHelmet from "@fastify/helmet";
import fastifyStatic from "@fastify/static";
import type { FastifyError, FastifyInstance, FastifyReply, FastifyRequest } from "fastify";
import fastify from "fastify";
import type { Logger } from "pino";
import { CauseError } from "../../contract/causes.ts";
import { ContractError } from "../../contract/decoder.ts";
import { statusOf } from "../../contract/portal.ts";
import type { Access } from "./access.ts";
import type { Call, Policy, Route } from "./call.ts";
import { isDiskFault } from "./store/disk.ts";

declare module "fastify" {
  interface FastifyContextConfig {
    /** Who may use the route. One without refuses to start. */
    policy?: Policy;
  }
}

const policies: readonly Policy[] = ["anybody", "session", "agent", "router"];
const mostBodyBytes = 64 * 1024;
/** Slow senders are cut; a connection that does nothing wrong is kept, which saves an agent three round trips at its dial. */
const connectionTimes = {
  headersTimeout: 10_000,
  requestTimeout: 30_000,
  keepAliveTimeout: 15 * 60_000,
  connectionsCheckingInterval: 5000,
};

/** The HTTP side of the portal: the table of routes under /api/v1, and the pages. It listens nowhere itself (listener.ts). */
export async function createHttp(
  routes: readonly Route[],
  access: Access,
  pages: string,
  log: Logger,
): Promise<FastifyInstance> {
  const app = fastify({
    bodyLimit: mostBodyBytes,
    logger: false,
    serverFactory: (handler) => createServer(connectionTimes, handler),
  });
  app.addHook("onRoute", ({ method, url, config }) => {
    if (!policies.some((policy) => policy === config?.policy)) throw new Error(`${method} ${url} has no policy`);
  });
  // JSON alone: a form of another site can send text/plain without asking.
  app.removeContentTypeParser("text/plain");
  app.setErrorHandler((error: FastifyError, request, reply) => refuse(error, request, reply, log));
  await app.register(fastifyHelmet, { global: true, ...securityHeaders });
  await app.register(fastifyCookie);
  for (const route of routes) addRoute(app, route, access);
  await addPages(app, pages);
  await app.ready();
  return app;
}

const securityHeaders = {
  contentSecurityPolicy: {
    useDefaults: false,
    directives: {
      defaultSrc: ["'none'"],
      scriptSrc: ["'self'"],
      styleSrc: ["'self'"],
      imgSrc: ["'self'", "data:"],
      fontSrc: ["'self'"],
      connectSrc: ["'self'"],
      manifestSrc: ["'self'"],
      baseUri: ["'none'"],
      formAction: ["'self'"],
      frameAncestors: ["'none'"],
    },
  },
  // The name may carry other services, which are not ours to decide for.
  strictTransportSecurity: { maxAge: 31_536_000, includeSubDomains: false },
  referrerPolicy: { policy: "no-referrer" },
} as const;

function addRoute(app: FastifyInstance, route: Route, access: Access): void {
  app.route({
    method: route.method,
    url: `/api/v1${route.path}`,
    config: { policy: route.policy },
    handler: async (request, reply) => {
      reply.header("cache-control", "no-store");
      const call = callOf(request, reply);
      switch (route.policy) {
        case "anybody":
          return await route.handle(call);
        case "session":
        case "agent":
          return await route.handle({ ...call, session: await access.session(request, route.policy) });
        case "router":
          return await route.handle({ ...call, router: await access.router(request) });
      }
    },
  });
}

function callOf(request: FastifyRequest, reply: FastifyReply): Call {
  return {
    body: request.body,
    query: { ...(request.query as Record<string, unknown>) },
    params: request.params as Record<string, string>,
    address: request.ip,
    reachedAs: request.hostname.replace(/^\[|\]$/g, ""),
    request,
    reply,
  };
}

/** The pages beside the bundle; what is no file is the single page, which finds its own way. */
async function addPages(app: FastifyInstance, pages: string): Promise<void> {
  const there = existsSync(join(pages, "index.html"));
  if (there) await app.register(fastifyStatic, { root: pages, serve: false });
  app.route({
    method: "GET",
    url: "/*",
    config: { policy: "anybody" },
    handler: async (request, reply) => {
      const path = new URL(request.url, "https://portal").pathname;
      if (!there || path.startsWith("/api/")) throw new CauseError("notFound");
      // vite puts a hash into the names of assets: they never change.
      if (path.startsWith("/assets/")) return await reply.sendFile(path, { maxAge: "365d", immutable: true });
      const page = path === "/" || !path.includes(".");
      return await reply.sendFile(page ? "index.html" : path, { maxAge: 0 });
    },
  });
  app.setNotFoundHandler(() => {
    throw new CauseError("notFound");
  });
}

/** Whatever went wrong leaves as a cause of the contract; what is not ours says nothing about itself. */
function refuse(error: FastifyError, request: FastifyRequest, reply: FastifyReply, log: Logger): FastifyReply {
  if (error instanceof CauseError) {
    const { cause, detail } = error;
    return reply.status(statusOf(cause)).send({ cause, detail });
  }
  if (error instanceof ContractError) {
    return reply.status(400).send({ cause: "badRequest", detail: error.message.slice(0, 2000) });
  }
  const status = error.statusCode ?? 500;
  if (status >= 400 && status < 500) {
    return reply.status(status).send({ cause: status === 404 ? "notFound" : "badRequest", detail: error.code ?? "" });
  }
  log.error({ err: error, method: request.method, route: request.routeOptions.url }, "request failed");
  if (isDiskFault(error)) return reply.status(500).send({ cause: "portalFault", detail: "the portal's disk is full" });
  return reply.status(500).send({ cause: "internal", detail: "" });
}
