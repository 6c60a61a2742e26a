// A program for the far ends of firewall/namespaces.test.ts: peer.ts <what> <words …>
import { createSocket } from "node:dgram";
import { connect, createServer, type Socket } from "node:net";
import { systemClock } from "../../app/dial/clock.ts";
import { serveEcho } from "../echo-server.ts";

const [what, ...words] = process.argv.slice(2);
const [first = "", second = "", third = ""] = words;

switch (what) {
  case "serve": // <address> <port>: tells every caller whom it sees
    createServer((socket) => {
      socket.on("error", () => undefined);
      socket.write(`${socket.remoteAddress}\n`);
    }).listen(Number(second), first, () => say("ready"));
    break;
  case "echo": // <address>: the router's own echo
    await serveEcho({ address: first, clock: systemClock });
    say("ready");
    break;
  case "call": // <from> <to> <port>: whom the other side sees, or the error's code
    caller().once("data", (data) => finish(data.toString().trim()));
    break;
  case "hold": // <from> <to> <port>: a connection; each byte of standard input goes out, each error is said
    {
      const socket = caller();
      socket.once("data", () => say("ready"));
      process.stdin.on("data", (data) => socket.write(data, () => say("sent")));
    }
    break;
  case "ask": // <address> <port> <hex>: what comes back
    {
      const socket = createSocket("udp4");
      socket.once("message", (answer) => finish(answer.toString("hex")));
      socket.send(Buffer.from(third, "hex"), Number(second), first);
    }
    break;
  case "knock": // <from> <to> <port>: one datagram, no answer awaited
    {
      const socket = createSocket("udp4");
      socket.bind({ address: first }, () => socket.send("knock", Number(third), second, () => finish("sent")));
    }
    break;
  default:
    process.exitCode = 2;
}

function caller(): Socket {
  const socket = connect({ localAddress: first, host: second, port: Number(third) });
  return socket.on("error", (error) => finish("code" in error ? String(error.code) : error.message));
}

function say(line: string): void {
  process.stdout.write(`${line}\n`);
}

function finish(line: string): void {
  process.stdout.write(`${line}\n`, () => process.exit());
}
