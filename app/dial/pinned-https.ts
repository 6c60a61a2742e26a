import type { Agent } from "node:https";
import type { Readable } from "node:stream";
import got, { RequestError, TimeoutError } from "got";
import { CauseError } from "../../contract/causes.ts";

/** HTTPS to one portal. What a caller sees is a status and a JSON value, or a CauseError. */

export interface HttpsTarget {
  readonly host: string;
  readonly port: number;
  readonly agent: Agent;
}

export interface HttpsCall {
  readonly method: "GET" | "POST" | "PUT";
  /** With leading slash, query included. */
  readonly path: string;
  /** Sent as JSON; null: no body. */
  readonly body: unknown;
  readonly bearer: string | null;
  /** Whether asking twice does no harm although it does not only read. */
  readonly repeatable?: boolean;
  readonly timeoutMs?: number;
  readonly signal?: AbortSignal;
}

export interface HttpsAnswer {
  readonly status: number;
  readonly value: unknown;
}

/** No answer of a portal is larger. A hostile one must not fill our memory. */
const maxAnswerBytes = 8_388_608;
const defaultTimeoutMs = 30_000;

const client = got.extend({
  throwHttpErrors: false,
  followRedirect: false, // a portal never redirects; whoever does is none
  retry: { limit: 0 },
  decompress: true,
});

/**
 * Sends one request. Throws CauseError: what the connection failed with, `cancelled`, `portalFault` for an answer that
 * never came whole, `notAPortal` for one that is no JSON.
 */
export async function callHttps(target: HttpsTarget, call: HttpsCall): Promise<HttpsAnswer> {
  try {
    return await callOnce(target, call);
  } catch (error) {
    // A kept connection may have died unnoticed; what only reads may be asked again (RFC 9110, 9.2.2), on a new one.
    if (!isStale(error)) throw mapped(error);
    dropIdle(target.agent);
    if (call.method !== "GET" && call.repeatable !== true) throw mapped(error);
    return await callOnce(target, call).catch((again: unknown) => {
      throw mapped(again);
    });
  }
}

/** Where one kept connection has died, the others have as well. */
function dropIdle(agent: Agent): void {
  for (const socket of Object.values(agent.freeSockets).flat()) socket?.destroy();
}

async function callOnce(target: HttpsTarget, call: HttpsCall): Promise<HttpsAnswer> {
  const tooLarge = new AbortController();
  const signal = call.signal ? AbortSignal.any([call.signal, tooLarge.signal]) : tooLarge.signal;
  const answer = client(urlOf(target, call.path), {
    method: call.method,
    agent: { https: target.agent },
    headers: headersOf(call.bearer),
    ...(call.body === null ? {} : { json: call.body }),
    responseType: "text",
    timeout: { request: call.timeoutMs ?? defaultTimeoutMs },
    signal,
  });
  answer.on("downloadProgress", ({ transferred }) => {
    if (transferred > maxAnswerBytes) tooLarge.abort();
  });
  try {
    const { statusCode, body } = await answer;
    return { status: statusCode, value: parseJson(body) };
  } catch (error) {
    if (tooLarge.signal.aborted) throw new CauseError("portalFault", "answer is too large");
    throw error;
  }
}

export interface HttpsStream {
  readonly status: number;
  readonly contentType: string;
  readonly body: Readable;
}

/** Opens an answer that goes on (events). Throws as {@link callHttps}; after that the body's own errors are raw. */
export async function openHttps(
  target: HttpsTarget,
  call: HttpsCall,
  headers: Record<string, string>,
): Promise<HttpsStream> {
  const stream = client.stream(urlOf(target, call.path), {
    method: call.method,
    agent: { https: target.agent },
    headers: { ...headersOf(call.bearer), ...headers },
    timeout: { response: defaultTimeoutMs },
    ...(call.signal ? { signal: call.signal } : {}),
  });
  return await new Promise((resolve, reject) => {
    stream.once("error", (error: unknown) => reject(mapped(error)));
    stream.once("response", (response: { statusCode: number; headers: Record<string, string | undefined> }) => {
      stream.on("error", () => undefined); // whoever reads the body sees it there; the first listener is spent
      resolve({ status: response.statusCode, contentType: response.headers["content-type"] ?? "", body: stream });
    });
  });
}

function urlOf(target: HttpsTarget, path: string): string {
  const host = target.host.includes(":") ? `[${target.host}]` : target.host;
  return `https://${host}${target.port === 443 ? "" : `:${target.port}`}${path}`;
}

function headersOf(bearer: string | null): Record<string, string> {
  const common = { accept: "application/json", "user-agent": "anslut" };
  return bearer === null ? common : { ...common, authorization: `Bearer ${bearer}` };
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw new CauseError("notAPortal", "the answer is no JSON");
  }
}

function isStale(error: unknown): boolean {
  return error instanceof RequestError && (error.code === "ECONNRESET" || error.code === "EPIPE") && !causeOf(error);
}

function mapped(error: unknown): CauseError {
  const cause = causeOf(error);
  if (cause) return cause;
  if (error instanceof TimeoutError) return new CauseError("portalFault", "no answer in time");
  if (error instanceof RequestError && error.code === "ERR_ABORTED") return new CauseError("cancelled");
  if (error instanceof Error && error.name === "AbortError") return new CauseError("cancelled");
  return new CauseError("portalFault", error instanceof Error ? error.message : String(error));
}

// got wraps what createConnection failed with, sometimes more than once.
function causeOf(error: unknown): CauseError | undefined {
  for (let link = error, depth = 0; link instanceof Error && depth < 8; link = link.cause, depth++) {
    if (link instanceof CauseError) return link;
  }
  return undefined;
}
