import type { Server as HttpServer } from "node:http";
import type { Server, Socket } from "node:net";
import { createServer } from "node:net";
import type { SecureContext } from "node:tls";
import { TLSSocket } from "node:tls";
import type { Logger } from "pino";
import { readProxyHeader } from "./proxy-protocol.ts";

const headerPatienceMs = 5000;

/**
 * Takes the connections that front hands on: first its PROXY protocol header, then the caller's own TLS. What comes out is given to
 * the HTTP server, and its `remoteAddress` is the caller's.
 */
export function createListener(http: HttpServer, context: () => SecureContext, log: Logger): Server {
  return createServer((socket) => {
    let begin = Buffer.alloc(0);
    const timer = setTimeout(() => socket.destroy(), headerPatienceMs);
    const giveUp = (error: unknown) => {
      log.debug({ err: error }, "connection without a usable beginning");
      socket.destroy();
    };
    const take = (chunk: Buffer) => {
      begin = Buffer.concat([begin, chunk]);
      try {
        const header = readProxyHeader(begin);
        if (header === undefined) return;
        clearTimeout(timer);
        socket.off("data", take);
        socket.off("error", giveUp);
        socket.pause();
        socket.unshift(begin.subarray(header.bytes));
        serve(http, socket, context(), header.address ?? "127.0.0.1", log);
      } catch (error) {
        giveUp(error);
      }
    };
    socket.on("data", take);
    socket.on("error", giveUp);
    socket.on("close", () => clearTimeout(timer));
  });
}

function serve(http: HttpServer, socket: Socket, secureContext: SecureContext, caller: string, log: Logger): void {
  socket.on("error", (error) => log.debug({ err: error }, "connection"));
  const secure = new TLSSocket(socket, { isServer: true, secureContext, ALPNProtocols: ["http/1.1"] });
  secure.on("error", (error) => {
    log.debug({ err: error }, "TLS");
    socket.destroy();
  });
  secure.on("close", () => socket.destroy());
  // A Unix socket has no address; what the server sees as the peer's is the one that front saw.
  Object.defineProperty(secure, "remoteAddress", { value: caller });
  http.emit("connection", secure);
}
