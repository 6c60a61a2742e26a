// Somebody's open portal page, on whatever host runs it: signs in as a page does, keeps the event stream open as a browser does,
// and says on each line of stdin what the page shows now and what it would show if it were opened anew.
//   page.ts <portal>          first line of stdin: {"account":…,"user":…,"password":…,"code":…|null}

import { Agent, request } from "node:https";
import { createInterface } from "node:readline";
import { EventParser } from "../../../app/dial/event-parser.ts";
import type { IntentState, Machine, MachinePage, PortalEvent, TunnelList } from "../../../contract/portal.ts";

interface Answer {
  readonly status: number;
  readonly cookie: string | null;
  readonly body: unknown;
}

interface Person {
  readonly account: string;
  readonly user: string;
  readonly password: string;
  readonly code: string | null;
}

const [host = ""] = process.argv.slice(2);
/** A new connection for each question: one that a portal without power left behind would answer nothing for minutes. */
const asking = new Agent({ keepAlive: false });
const askMs = 3000;
/** As browsers pause before they open a broken event stream again. */
const reopenMs = 1000;
/** The portal's heartbeat comes each 15 s: a stream without one is none. */
const deafMs = 20_000;
/** A stream that does not open so soon is tried again: the portal may have come back meanwhile. */
const openMs = 3000;

let cookie = "";
let lastEventId: string | null = null;
let streamStands = false;
let closeStream = (): void => {};
let machines: readonly Machine[] = [];
const states = new Map<string, IntentState["state"]>();
const machineOfIntent = new Map<string, string>();

const lines = createInterface(process.stdin)[Symbol.asyncIterator]();
await signIn(JSON.parse((await lines.next()).value ?? "") as Person);
follow();
process.stdout.write("ready\n");
for await (const line of lines) process.stdout.write(`${JSON.stringify({ ...(await look()), asked: line })}\n`);

/** What is on the screen, and what a fresh page would show; null where the portal gives no answer. */
async function look(): Promise<object> {
  const [page, tunnels] = await Promise.all([get("/api/v1/machines?limit=100"), get("/api/v1/tunnels")]);
  const signedOut = page?.status === 401;
  // The stream of a portal that gives no answer is none either, though no word of that has come by it: its power is gone.
  if (page === null) closeStream();
  return {
    signedOut,
    fresh: page?.status === 200 ? (page.body as MachinePage).machines : null,
    tunnels: tunnels?.status === 200 ? (tunnels.body as TunnelList).tunnels : null,
    shown: streamStands ? machines : null,
    states: streamStands ? Object.fromEntries(states) : {},
  };
}

async function signIn({ account, user, password, code }: Person): Promise<void> {
  const login = { account, user, password, client: "page", device: "page", remember: false };
  let answer = await must("/api/v1/login", login);
  if (code !== null) answer = await must("/api/v1/login/code", { ...pick(answer.body, "pending"), code });
  if (answer.cookie === null) throw new Error(`no session: ${JSON.stringify(answer.body)}`);
  cookie = answer.cookie;
}

async function must(path: string, body: unknown): Promise<Answer> {
  const answer = await call("POST", path, body);
  if (answer?.status !== 200) throw new Error(`${path}: ${JSON.stringify(answer)}`);
  return answer;
}

function pick(value: unknown, key: string): Record<string, unknown> {
  return { [key]: (value as Record<string, unknown>)[key] };
}

function get(path: string): Promise<Answer | null> {
  return call("GET", path, null);
}

function call(method: string, path: string, body: unknown): Promise<Answer | null> {
  const { promise, resolve } = Promise.withResolvers<Answer | null>();
  const text = body === null ? null : JSON.stringify(body);
  const changes = { "x-anslut": "1", origin: `https://${host}`, "content-type": "application/json" };
  const headers = { ...(cookie === "" ? {} : { cookie }), ...(text === null ? {} : changes) };
  const signal = AbortSignal.timeout(askMs);
  const asked = request({ host, method, path, headers, signal, agent: asking, rejectUnauthorized: false }, (answer) => {
    let got = "";
    answer.on("data", (data: Buffer) => {
      got += data.toString();
    });
    answer.on("error", () => resolve(null));
    answer.on("close", () => {
      const [given = null] = (answer.headers["set-cookie"] ?? []).map((line) => line.split(";")[0] ?? "");
      resolve(answer.complete ? { status: answer.statusCode ?? 0, cookie: given, body: JSON.parse(got) } : null);
    });
  });
  asked.on("error", () => resolve(null));
  asked.end(text ?? undefined);
  return promise;
}

/** Opens the event stream, again and again. */
function follow(): void {
  const headers = { cookie, ...(lastEventId === null ? {} : { "last-event-id": lastEventId }) };
  const parser = new EventParser();
  const asked = request(
    { host, path: "/api/v1/events", headers, agent: false, rejectUnauthorized: false },
    (answer) => {
      if (answer.statusCode !== 200) answer.destroy();
      // One that goes on where the last one ended needs no list.
      streamStands = answer.statusCode === 200 && lastEventId !== null;
      clearTimeout(opening);
      asked.setTimeout(deafMs, () => asked.destroy());
      answer.on("data", (data: Buffer) => {
        for (const event of parser.push(data)) {
          lastEventId = event.id;
          void take(JSON.parse(event.data) as PortalEvent);
        }
      });
      answer.on("error", () => {});
    },
  );
  closeStream = () => void asked.destroy();
  const opening = setTimeout(() => asked.destroy(), openMs);
  asked.on("error", () => {});
  asked.on("close", () => {
    clearTimeout(opening);
    streamStands = false;
    setTimeout(follow, reopenMs);
  });
  asked.end();
}

async function take(event: PortalEvent): Promise<void> {
  switch (event.type) {
    case "resync": {
      states.clear();
      const page = await get("/api/v1/machines?limit=100");
      if (page?.status === 200) machines = (page.body as MachinePage).machines;
      streamStands = page?.status === 200;
      return;
    }
    case "machineChanged":
      machines = machines.map((known) => (known.id === event.machine.id ? event.machine : known));
      return;
    case "machineRemoved":
      machines = machines.filter(({ id }) => id !== event.machine);
      return;
    case "intentState":
      machineOfIntent.set(event.intent, event.machine);
      states.set(event.machine, event.state.state);
      if (event.state.state === "closed") states.delete(event.machine);
      return;
    case "intentEnded":
      states.delete(machineOfIntent.get(event.intent) ?? "");
      return;
    default:
      return;
  }
}
