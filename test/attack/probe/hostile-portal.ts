// A portal that means harm: HTTPS whose every answer the test chooses.
//   hostile-portal.ts <port>    first line of stdin: {"cert":"…","key":"…"}, then "ready"
//   each further line sets one answer: {"route":"POST /api/v1/login","status":200,"headers":{},"body":"…","pour":false}, then "set"
// Prints each request that comes: {"asked":"GET /api/v1/me"}. With `pour` the body is sent again and again, for ever.

import type { IncomingMessage, ServerResponse } from "node:http";
import { createServer } from "node:https";
import { createInterface } from "node:readline";

interface Chosen {
  readonly route: string;
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
  readonly pour: boolean;
}

const [port = "443"] = process.argv.slice(2);
const answers = new Map<string, Chosen>();
let isListening = false;

createInterface(process.stdin).on("line", (line) => {
  if (isListening) {
    const chosen = JSON.parse(line) as Chosen;
    answers.set(chosen.route, chosen);
    process.stdout.write("set\n");
    return;
  }
  isListening = true;
  createServer(JSON.parse(line) as { readonly cert: string; readonly key: string }, answer).listen(Number(port), () => {
    process.stdout.write("ready\n");
  });
});

function answer(request: IncomingMessage, response: ServerResponse): void {
  const route = `${request.method} ${new URL(request.url ?? "/", "https://x").pathname}`;
  process.stdout.write(`${JSON.stringify({ asked: route })}\n`);
  request.resume();
  const chosen = answers.get(route);
  if (chosen === undefined) {
    response.writeHead(404, { "content-type": "application/json" }).end('{"cause":"notFound","detail":""}');
    return;
  }
  response.writeHead(chosen.status, { "content-type": "application/json", ...chosen.headers });
  if (chosen.pour) pour(response, chosen.body);
  else if (chosen.headers["content-type"] === "text/event-stream") response.write(chosen.body);
  else response.end(chosen.body);
}

function pour(response: ServerResponse, body: string): void {
  response.on("error", () => {});
  const go = (): void => {
    while (!response.destroyed && response.write(body));
    if (!response.destroyed) response.once("drain", () => setImmediate(go));
  };
  go();
}
