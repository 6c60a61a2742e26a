// Keeps that many connections open and says nothing on them; what is closed is opened again.
//   flood.ts <host> <port> <count>   → "ready" once so many have been opened, then one line for each thousand more

import { connect } from "node:net";

const [host = "", port = "0", count = "0"] = process.argv.slice(2);
let opened = 0;

for (let index = 0; index < Number(count); index += 1) open();

function open(): void {
  const socket = connect({ host, port: Number(port) }, () => {
    opened += 1;
    if (opened === Number(count)) process.stdout.write("ready\n");
    else if (opened > Number(count) && opened % 1000 === 0) process.stdout.write(`${opened}\n`);
  });
  socket.on("error", () => {});
  socket.on("close", open);
  socket.resume();
}
