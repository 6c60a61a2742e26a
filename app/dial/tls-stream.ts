import { isIP } from "node:net";
import type { Duplex } from "node:stream";
import type { SecureContext, TLSSocket } from "node:tls";
import tls from "node:tls";
import { CauseError, failureOf } from "../../contract/causes.ts";
import type { Shown } from "./certificate.ts";
import { chainOf } from "./certificate.ts";

/** A TLS connection whose other end nobody has judged yet: send nothing before {@link Shown} is judged. */
export interface UnjudgedTls {
  readonly socket: TLSSocket;
  readonly shown: Shown;
}

const handshakeTimeoutMs = 25_000; // the relay's race has a shorter limit of its own

/**
 * Shakes hands over `stream`. The certificate is checked but not enforced, because the caller must be able to say what
 * is wrong with it; `rejectUnauthorized: false` is safe only as long as callers judge before they write.
 * Throws CauseError: what the stream failed with, `portalFault` when the handshake breaks.
 */
export function handshake(stream: Duplex, host: string, context: SecureContext): Promise<UnjudgedTls> {
  const { promise, resolve, reject } = Promise.withResolvers<UnjudgedTls>();
  const socket = tls.connect({
    socket: stream,
    secureContext: context,
    rejectUnauthorized: false,
    host,
    ...(isIP(host) ? {} : { servername: host }),
    ALPNProtocols: ["http/1.1"],
    checkServerIdentity: (_, certificate) => tls.checkServerIdentity(host, certificate),
  });
  const timer = setTimeout(() => fail(new CauseError("noWay", "TLS handshake timed out")), handshakeTimeoutMs);
  const fail = (error: unknown): void => {
    clearTimeout(timer);
    reject(error instanceof CauseError ? error : new CauseError("portalFault", failureOf(error).detail));
    socket.destroy();
    stream.destroy();
  };
  stream.on("error", fail); // stays: a relay that ends later is the end of the socket too
  socket.once("error", fail);
  socket.once("close", () => fail(new CauseError("portalFault", "closed during the TLS handshake")));
  socket.once("secureConnect", () => {
    clearTimeout(timer);
    socket.removeAllListeners("close").off("error", fail);
    const fault = socket.authorized ? null : codeOf(socket.authorizationError);
    resolve({ socket, shown: { chain: chainOf(socket.getPeerCertificate(true)), fault } });
  });
  return promise;
}

// The types say Error; Node sets the error's code (lib/_tls_wrap.js, onConnectSecure).
function codeOf(fault: unknown): string {
  if (typeof fault === "string") return fault;
  return fault instanceof Error && "code" in fault ? String(fault.code) : String(fault);
}
