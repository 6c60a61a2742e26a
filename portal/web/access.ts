import type { FastifyRequest } from "fastify";
import { CauseError } from "../../contract/causes.ts";
import type { RouterIdentity, Routers } from "./routers.ts";
import type { Session, Sessions } from "./sessions.ts";

export const sessionCookie = "__Host-session";

/** Finds out who asks. */
export class Access {
  readonly #sessions: Sessions;
  readonly #routers: Routers;

  constructor(sessions: Sessions, routers: Routers) {
    this.#sessions = sessions;
    this.#routers = routers;
  }

  /** The agent's session by its bearer token, or else the page's by its cookie. Throws `signedOut` or `forbidden`. */
  async session(request: FastifyRequest, policy: "session" | "agent"): Promise<Session> {
    const bearer = bearerOf(request);
    const cookie = policy === "agent" ? undefined : cookieOf(request);
    if (bearer === undefined && cookie !== undefined && request.method !== "GET") checkSameOrigin(request);
    const session =
      bearer === undefined
        ? cookie && (await this.#sessions.find(cookie, "page"))
        : await this.#sessions.find(bearer, "agent");
    if (!session) throw new CauseError("signedOut");
    return session;
  }

  /** Throws `signedOut`. */
  async router(request: FastifyRequest): Promise<RouterIdentity> {
    const bearer = bearerOf(request);
    const router = bearer === undefined ? undefined : await this.#routers.find(bearer);
    if (router === undefined) throw new CauseError("signedOut");
    return router;
  }
}

/**
 * A page of ours sends `X-Anslut: 1` and its own origin. Another site can neither set that header without a preflight, which nobody
 * answers, nor choose the origin. Throws `forbidden`.
 */
export function checkSameOrigin(request: FastifyRequest): void {
  const { origin, host } = request.headers;
  if (request.headers["x-anslut"] !== "1" || origin !== `https://${host}`) throw new CauseError("forbidden");
}

/** The session token in the page's cookie. */
export function cookieOf(request: FastifyRequest): string | undefined {
  return request.cookies[sessionCookie];
}

function bearerOf(request: FastifyRequest): string | undefined {
  return /^Bearer ([\x21-\x7e]{1,1024})$/.exec(request.headers.authorization ?? "")?.[1];
}
