// Stands where `anslut-helper` stands: helper-program.ts <socket> connect --stdio | relay
// `connect` hands its bytes to the test behind the socket (fake-helper.ts); `relay` takes the first way and no other.
import { connect } from "node:net";
import { encodeFrame, FrameReader } from "../../contract/frame.ts";
import { decodeRelayStart } from "../../contract/relay.ts";

const [socketPath = "", verb] = process.argv.slice(2);

if (verb === "connect") {
  const socket = connect(socketPath);
  socket.on("error", () => process.exit(1));
  socket.on("close", () => process.exit(0));
  process.stdin.pipe(socket).pipe(process.stdout);
} else {
  const reader = new FrameReader();
  process.stdin.on("data", function start(chunk: Buffer) {
    const message = reader.pushOne(chunk);
    if (message === undefined) return;
    process.stdin.off("data", start);
    const [way] = decodeRelayStart(message.value).ways;
    if (way !== undefined) relay(way.host, way.port, reader.rest());
  });
}

function relay(host: string, port: number, first: Uint8Array): void {
  const socket = connect({ host, port });
  socket.on("error", (error) => {
    process.stdout.write(encodeFrame({ type: "failed", cause: "noWay", detail: error.message }), () => process.exit(1));
  });
  socket.on("connect", () => {
    process.stdout.write(encodeFrame({ type: "won", way: 0, elapsedMs: 1 }));
    socket.write(first);
    process.stdin.pipe(socket).pipe(process.stdout);
  });
}
