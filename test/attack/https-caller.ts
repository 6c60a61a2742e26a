import type { Lab } from "../lab/lab.ts";
import type { LabProcess } from "../lab/lab-process.ts";
import { type HostName, portalName } from "../lab/topology.ts";
import type { Person } from "./person.ts";

/** An answer of the portal as it came over the wire. */
export interface Answer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | readonly string[]>>;
  readonly text: string;
  readonly ms: number;
}

interface Waiting {
  readonly begun: () => void;
  readonly done: (answer: Answer) => void;
}

export type Headers = Readonly<Record<string, string>>;

/** Somebody on a host of the lab who sends the portal what he likes, over real HTTPS. */
export class HttpsCaller {
  readonly #process: LabProcess;
  readonly #waiting = new Map<number, Waiting>();
  #id = 0;
  #rest = "";

  constructor(lab: Lab, host: HostName) {
    this.#process = lab.spawn(host, ["node", "/opt/repo/test/attack/probe/https.ts", portalName]);
    this.#process.stdout.on("data", (data: Buffer) => {
      const lines = (this.#rest + data.toString()).split("\n");
      this.#rest = lines.pop() ?? "";
      for (const line of lines) if (line.startsWith("{")) this.#take(JSON.parse(line));
    });
  }

  get(path: string, headers: Headers = {}): Promise<Answer> {
    return this.send("GET", path, undefined, headers);
  }

  post(path: string, body: unknown, headers: Headers = {}): Promise<Answer> {
    return this.send("POST", path, body, headers);
  }

  send(method: string, path: string, body: unknown, headers: Headers = {}): Promise<Answer> {
    const done = Promise.withResolvers<Answer>();
    this.#ask({ method, path, headers, body, until: null }, { begun: () => {}, done: done.resolve });
    return done.promise;
  }

  /** Follows the event stream: `begun` resolves when it is open, `ended` with all that came, at the first text that matches. */
  follow(headers: Headers, until: string): { readonly begun: Promise<void>; readonly ended: Promise<Answer> } {
    const begun = Promise.withResolvers<void>();
    const done = Promise.withResolvers<Answer>();
    const asked = { method: "GET", path: "/api/v1/events", headers, body: undefined, until };
    this.#ask(asked, { begun: begun.resolve, done: done.resolve });
    return { begun: begun.promise, ended: done.promise };
  }

  /** Signs in as an agent does, second factor and all, and returns the header that says so. */
  async signIn(person: Person): Promise<Headers> {
    const login = loginOf(person.variable("ACCOUNT"), person.variable("USER"), person.variable("PASSWORD"));
    const first = JSON.parse((await this.post("/api/v1/login", login)).text) as { readonly pending: string };
    const second = await this.post("/api/v1/login/code", { pending: first.pending, code: await person.code() });
    const { token } = JSON.parse(second.text) as { readonly token: string };
    return { authorization: `Bearer ${token}` };
  }

  async close(): Promise<void> {
    await this.#process.kill();
  }

  #ask(request: { readonly body: unknown } & Readonly<Record<string, unknown>>, waiting: Waiting): void {
    this.#id += 1;
    this.#waiting.set(this.#id, waiting);
    const { body } = request;
    const text = body === undefined ? null : typeof body === "string" ? body : JSON.stringify(body);
    this.#process.stdin.write(`${JSON.stringify({ ...request, body: text, id: this.#id })}\n`);
  }

  #take(told: Answer & { readonly id: number; readonly begun?: true }): void {
    const waiting = this.#waiting.get(told.id);
    if (told.begun) waiting?.begun();
    else {
      this.#waiting.delete(told.id);
      waiting?.done(told);
    }
  }
}

/** The body of a login as an agent, or as a page. */
export function loginOf(account: string, user: string, password: string, client: "agent" | "page" = "agent"): unknown {
  return { account, user, password, client, device: "attack", remember: false };
}

export function causeOf(answer: Answer): string {
  return (JSON.parse(answer.text) as { readonly cause?: string }).cause ?? "";
}
