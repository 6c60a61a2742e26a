// Sends raw bytes to a port and tells what came back until it was closed: a JSON line in, a JSON line out.
//   raw.ts <host>   {"id":1,"port":443,"hex":"…","ends":true} → {"id":1,"received":0,"ms":12}

import { connect } from "node:net";
import { createInterface } from "node:readline";

interface Asked {
  readonly id: number;
  readonly port: number;
  readonly hex: string;
  /** Whether our side is closed behind the bytes (half-open otherwise). */
  readonly ends: boolean;
}

const [host = ""] = process.argv.slice(2);

createInterface(process.stdin).on("line", (line) => {
  const { id, port, hex, ends } = JSON.parse(line) as Asked;
  const started = performance.now();
  let received = 0;
  const socket = connect({ host, port, allowHalfOpen: true }, () => {
    socket.write(Buffer.from(hex, "hex"));
    if (ends) socket.end();
  });
  socket.on("data", (data) => {
    received += data.length;
  });
  socket.on("end", () => socket.destroy());
  socket.on("error", () => {});
  socket.on("close", () => {
    process.stdout.write(`${JSON.stringify({ id, received, ms: Math.round(performance.now() - started) })}\n`);
  });
});
process.stdout.write("ready\n");
