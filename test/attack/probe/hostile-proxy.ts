// An HTTP proxy that means harm; the port says which. Prints how much it could send to each caller before it was left.
//   hostile-proxy.ts   → "ready", then lines {"port":…,"sent":…}

import type { Socket } from "node:net";
import { createServer } from "node:net";

const chunk = "A".repeat(65_536);

/** What each does with a CONNECT; it gets the request's text. */
const behaviours: Readonly<Record<number, (socket: Socket, request: string) => void>> = {
  // a head without end
  9001: (socket) => pour(socket, "HTTP/1.1 200 OK\r\n", () => `X-Pad: ${chunk}\r\n`),
  // one header without end
  9002: (socket) => pour(socket, "HTTP/1.1 200 OK\r\nX-Pad: ", () => chunk),
  // what was sent comes back, where it would be shown to people
  9003: (socket, request) => {
    const secret = /Proxy-Authorization: (.*)/.exec(request)?.[1] ?? "none";
    const decoded = Buffer.from(secret.replace(/^Basic /, ""), "base64").toString();
    if (secret === "none")
      socket.end('HTTP/1.1 407 Auth\r\nProxy-Authenticate: Basic realm="x"\r\nContent-Length: 0\r\n\r\n');
    else
      socket.end(
        `HTTP/1.1 502 ${decoded}\r\nX-Squid-Error: ${decoded}\r\nContent-Type: text/plain\r\n\r\n${decoded}\r\n`,
      );
  },
  // asks for a password for ever
  9004: (socket) =>
    socket.write(
      `HTTP/1.1 407 Auth\r\nProxy-Authenticate: Digest realm="x", nonce="${Math.random()}", stale=true\r\nContent-Length: 0\r\n\r\n`,
    ),
  // a refusal whose body never ends
  9005: (socket) =>
    pour(
      socket,
      'HTTP/1.1 407 Auth\r\nProxy-Authenticate: Basic realm="x"\r\nTransfer-Encoding: chunked\r\n\r\n',
      () => `10000\r\n${chunk}\r\n`,
    ),
  // no HTTP
  9006: (socket) => socket.write(Buffer.from(Array.from({ length: 4096 }, (_, index) => (index * 7) % 256))),
  // "go there instead"
  9007: (socket) =>
    socket.end("HTTP/1.1 302 Found\r\nLocation: http://169.254.169.254/latest/meta-data\r\nContent-Length: 0\r\n\r\n"),
  // interim answers for ever
  9008: (socket) => pour(socket, "", () => "HTTP/1.1 100 Continue\r\n\r\n".repeat(1000)),
  // a tunnel that is none: noise where OpenVPN speaks
  9009: (socket) => socket.write(Buffer.concat([Buffer.from("HTTP/1.1 200 OK\r\n\r\n"), Buffer.alloc(100_000, 0xff)])),
};

for (const [port, behave] of Object.entries(behaviours)) {
  const server = createServer((socket) => {
    let request = "";
    let total = 0;
    socket.on("error", () => {});
    socket.on("data", (data) => {
      request += data.toString("latin1");
      while (request.includes("\r\n\r\n")) {
        const [head = "", ...rest] = request.split("\r\n\r\n");
        request = rest.join("\r\n\r\n");
        if (head.startsWith("CONNECT ")) behave(socket, head);
      }
    });
    socket.on("close", () => {
      total = socket.bytesWritten;
      process.stdout.write(`${JSON.stringify({ port: Number(port), sent: total })}\n`);
    });
  });
  server.listen(Number(port));
}
process.stdout.write("ready\n");

/** Sends and sends, as fast as the other side takes it, until it hangs up. */
function pour(socket: Socket, first: string, more: () => string): void {
  socket.write(first);
  const go = (): void => {
    while (!socket.destroyed && socket.write(more()));
    if (!socket.destroyed) socket.once("drain", () => setImmediate(go));
  };
  go();
}
