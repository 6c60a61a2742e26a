import { randomBytes } from "node:crypto";
import { createSocket } from "node:dgram";
import { connect, createServer } from "node:net";

/** Runs on a host of the world and tells what it sees there, a JSON value a line. */
function tell(value: unknown): void {
  process.stdout.write(`${JSON.stringify(value)}\n`);
}

const limitMs = 2_000;
const start = performance.now();
const elapsed = () => Math.round(performance.now() - start);

/** TCP: `{connected}`, then `{ended}` with the error code when the connection ends. Sends a byte every 20 ms. */
function tcp(address: string, port: number, stay: boolean): void {
  const socket = connect({ host: address, port });
  const timer = setTimeout(() => {
    tell({ ended: "silence", ms: elapsed() });
    process.exit(0);
  }, limitMs);
  socket.on("connect", () => {
    clearTimeout(timer);
    tell({ connected: true, ms: elapsed() });
    if (!stay) process.exit(0);
    setInterval(() => socket.write("."), 20);
  });
  socket.on("error", (error: NodeJS.ErrnoException) => {
    tell({ ended: error.code, ms: elapsed() });
    process.exit(0);
  });
}

/** TCP server: `{listening}`, then `{from}` for each connection and `{lost}` with the reason when it ends. */
function serve(address: string, port: number): void {
  const server = createServer((socket) => {
    tell({ from: socket.remoteAddress });
    socket.on("error", (error: NodeJS.ErrnoException) => tell({ lost: error.code }));
    socket.resume();
  });
  server.listen(port, address, () => tell({ listening: true }));
}

/** UDP echo with a nonce: `{echo: ms}` or `{echo: null}`. */
function echo(address: string, port: number, from: string | undefined): void {
  const nonce = randomBytes(16);
  const socket = createSocket("udp4");
  setTimeout(() => {
    tell({ echo: null });
    process.exit(0);
  }, limitMs / 2);
  socket.on("message", (answer, sender) => {
    if (!answer.equals(nonce) || sender.address !== address) return;
    tell({ echo: elapsed() });
    process.exit(0);
  });
  socket.on("error", () => tell({ echo: null }));
  socket.bind(0, from, () => socket.send(nonce, port, address));
}

/** UDP server that sends back what comes: `{listening}`. */
function reflect(address: string, port: number): void {
  const socket = createSocket("udp4");
  socket.on("message", (data, sender) => socket.send(data, sender.port, sender.address));
  socket.bind(port, address, () => tell({ listening: true }));
}

const [what, address = "", port = "0", extra] = process.argv.slice(2);
if (what === "tcp") tcp(address, Number(port), extra === "stay");
if (what === "serve") serve(address, Number(port));
if (what === "echo") echo(address, Number(port), extra);
if (what === "reflect") reflect(address, Number(port));
