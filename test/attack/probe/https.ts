// Sends HTTPS requests to the portal as whoever runs it likes: a request as JSON on each line of stdin, its answer as JSON on a
// line of stdout. No certificate is checked: an attacker does not care.
//   https.ts <host> [<port>]

import { Agent, request } from "node:https";
import { createInterface } from "node:readline";

interface Asked {
  readonly id: number;
  readonly method: string;
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string | null;
  /** Ends the answer at the first text that matches, for a stream without end. */
  readonly until: string | null;
}

const [host = "", port = "443"] = process.argv.slice(2);
const agent = new Agent({ keepAlive: true, maxSockets: 64 });

createInterface(process.stdin).on("line", (line) => send(JSON.parse(line) as Asked));
process.stdout.write("ready\n");

function send({ id, method, path, headers, body, until }: Asked): void {
  const started = performance.now();
  const tell = (answer: unknown): void => void process.stdout.write(`${JSON.stringify({ id, ...Object(answer) })}\n`);
  const content =
    body === null ? {} : { "content-type": "application/json", "content-length": Buffer.byteLength(body) };
  const options = { host, port, method, path, agent, rejectUnauthorized: false, headers: { ...content, ...headers } };
  const call = request(options, (answer) => {
    if (until !== null) tell({ begun: true });
    let text = "";
    answer.on("data", (data: Buffer) => {
      text += data.toString();
      if (until !== null && new RegExp(until).test(text)) answer.destroy();
    });
    answer.on("close", () => {
      const ms = performance.now() - started;
      tell({ status: answer.statusCode, headers: answer.headers, text, ms });
    });
  });
  call.on("error", (error) => tell({ status: 0, headers: {}, text: String(error), ms: performance.now() - started }));
  call.end(body ?? undefined);
}
