import type { FastifyReply, FastifyRequest } from "fastify";
import type { EventHub } from "./events.ts";
import type { Session } from "./sessions.ts";

/** What a reader may leave unread before it is dropped. */
const mostUnreadBytes = 256 * 1024;

/** Turns the request into an event stream (HTML standard, 9.2 Server-sent events) that lasts until one side ends it. */
export function streamEvents(
  events: EventHub,
  session: Session,
  request: FastifyRequest,
  reply: FastifyReply,
): FastifyReply {
  const { raw } = reply.hijack();
  for (const [name, value] of Object.entries(reply.getHeaders())) if (value !== undefined) raw.setHeader(name, value);
  raw.writeHead(200, { "content-type": "text/event-stream; charset=utf-8", "cache-control": "no-store" });
  raw.flushHeaders();
  const last = request.headers["last-event-id"];
  const unsubscribe = events.subscribe(session, typeof last === "string" ? last : null, {
    write: (text) => {
      raw.write(text);
      return raw.writableLength < mostUnreadBytes;
    },
    end: () => raw.end(),
  });
  raw.on("close", unsubscribe);
  return reply;
}
