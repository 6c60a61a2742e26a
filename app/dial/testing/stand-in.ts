import { connect } from "node:net";

// Stands in for `anslut-helper`: hands stdin and stdout to the test, which listens on the socket named first. What the
// program was started as (`relay`, `connect --stdio`) goes ahead in one line.

const [path = "", ...words] = process.argv.slice(2);
const socket = connect({ path, allowHalfOpen: true });
socket.write(`${JSON.stringify(words)}\n`);
process.stdin.pipe(socket);
socket.pipe(process.stdout);
socket.on("end", () => socket.end());
// What is still to be written is written first.
socket.on("close", () => process.stdout.write("", () => process.exit(0)));
socket.on("error", () => process.exit(1));
process.stdout.on("error", () => process.exit(0));
