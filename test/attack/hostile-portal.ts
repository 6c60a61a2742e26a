import { type Issued, issue } from "../../app/dial/testing/certificates.ts";
import type { Lab } from "../lab/lab.ts";
import type { LabProcess } from "../lab/lab-process.ts";

export const hostileName = "stranger.anslut.test";

/** A portal on `stranger`, with a certificate that is all right: a technician was made to add it. */
export class HostilePortal {
  readonly authority: Issued = issue({ name: "evil authority" });
  readonly asked: string[] = [];
  readonly #leaf: Issued = issue({ name: hostileName, issuer: this.authority, hosts: [hostileName] });
  readonly #process: LabProcess;
  readonly #settings: (() => void)[] = [];

  private constructor(process: LabProcess) {
    this.#process = process;
    process.stdout.on("data", (data: Buffer) => {
      for (const [, route] of data.toString().matchAll(/\{"asked":"([^"]*)"\}/g)) this.asked.push(route ?? "");
      for (const _ of data.toString().matchAll(/^set$/gm)) this.#settings.shift()?.();
    });
  }

  static async start(lab: Lab): Promise<HostilePortal> {
    const program = lab.spawn("stranger", ["node", "/opt/repo/test/attack/probe/hostile-portal.ts", "443"]);
    const portal = new HostilePortal(program);
    const ready = program.line(/^ready$/);
    const cert = portal.#leaf.pem + portal.authority.pem;
    program.stdin.write(`${JSON.stringify({ cert, key: portal.#leaf.keyPem })}\n`);
    await ready;
    await portal.reset();
    return portal;
  }

  get pins() {
    return { current: this.#leaf.pin, next: null };
  }

  /** Behaves, up to a session: about, sign-in, me, an empty event stream. */
  async reset(): Promise<void> {
    const time = new Date().toISOString();
    const expires = new Date(Date.now() + 3_600_000).toISOString();
    const signedIn = { next: "signedIn", token: "hostile", deviceToken: null, expires, pins: this.pins };
    await this.answers("GET /api/v1/about", { product: "anslut-portal", version: "9", time });
    await this.answers("POST /api/v1/login", signedIn);
    await this.answers("POST /api/v1/logout", { done: true });
    await this.answers("GET /api/v1/me", {
      ...{ account: "evil", user: "eve", secondFactor: false, sessionExpires: expires, pins: this.pins },
    });
    await this.streams('data: {"type":"resync"}\n\n');
  }

  /** Answers a route with a value. */
  async answers(
    route: string,
    body: unknown,
    status = 200,
    headers: Readonly<Record<string, string>> = {},
  ): Promise<void> {
    await this.#set({
      route,
      status,
      headers,
      body: typeof body === "string" ? body : JSON.stringify(body),
      pour: false,
    });
  }

  /** Answers a route with the same text for ever. */
  async pours(route: string, body: string, headers: Readonly<Record<string, string>> = {}): Promise<void> {
    await this.#set({ route, status: 200, headers, body, pour: true });
  }

  /** What the event stream says to whoever opens it from now on. */
  async streams(text: string): Promise<void> {
    await this.answers("GET /api/v1/events", text, 200, { "content-type": "text/event-stream" });
  }

  async stop(): Promise<void> {
    await this.#process.kill();
  }

  async #set(chosen: unknown): Promise<void> {
    const set = new Promise<void>((resolve) => this.#settings.push(resolve));
    this.#process.stdin.write(`${JSON.stringify(chosen)}\n`);
    await set;
  }
}
