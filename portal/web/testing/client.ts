import type { TestPortal } from "./portal.ts";
import { host } from "./portal.ts";

type Json = Record<string, unknown>;

export interface Answer {
  readonly status: number;
  readonly body: Json & { readonly cause?: string };
  readonly text: string;
  readonly headers: Readonly<Record<string, unknown>>;
}

/** Sends requests as an agent (bearer), a page (cookie) or a stranger does. */
export class TestClient {
  readonly #portal: TestPortal;
  readonly headers: Readonly<Record<string, string>>;
  readonly #address: string;

  constructor(portal: TestPortal, headers: Readonly<Record<string, string>> = {}, address = "198.51.100.7") {
    this.#portal = portal;
    this.headers = headers;
    this.#address = address;
  }

  with(headers: Readonly<Record<string, string>>): TestClient {
    return new TestClient(this.#portal, { ...this.headers, ...headers }, this.#address);
  }

  from(address: string): TestClient {
    return new TestClient(this.#portal, this.headers, address);
  }

  get(path: string): Promise<Answer> {
    return this.#send("GET", path);
  }

  post(path: string, body: unknown): Promise<Answer> {
    return this.#send("POST", path, body);
  }

  put(path: string, body: unknown): Promise<Answer> {
    return this.#send("PUT", path, body);
  }

  /** Signs in with the password and returns a client with the agent's token. */
  async signIn(account: string, user: string, password: string): Promise<TestClient> {
    const { body } = await this.post("/login", login(account, user, password));
    if (typeof body.token !== "string") throw new Error(`not signed in: ${JSON.stringify(body)}`);
    return this.with({ authorization: `Bearer ${body.token}` });
  }

  async #send(method: "GET" | "POST" | "PUT", path: string, body?: unknown): Promise<Answer> {
    const answer = await this.#portal.app.inject({
      method,
      url: `/api/v1${path}`,
      headers: { host, ...this.headers, ...(body === undefined ? {} : { "content-type": "application/json" }) },
      remoteAddress: this.#address,
      ...(body === undefined ? {} : { payload: typeof body === "string" ? body : JSON.stringify(body) }),
    });
    const { statusCode: status, headers, payload: text } = answer;
    return { status, headers, text, body: text.startsWith("{") ? JSON.parse(text) : {} };
  }
}

/** The body of a login as an agent sends it. */
export function login(account: string, user: string, password: string, more: Json = {}): Json {
  return { account, user, password, client: "agent", device: "laptop", remember: false, ...more };
}

/** What a page of ours sends with every change. */
export const pageHeaders = { origin: `https://${host}`, "x-anslut": "1" };

/** Signs in on a page and returns a client that has its cookie and sends what a page of ours sends. */
export async function signInOnPage(
  stranger: TestClient,
  account: string,
  user: string,
  password: string,
): Promise<TestClient> {
  const page = stranger.with(pageHeaders);
  return withCookie(
    page,
    await page.post("/login", login(account, user, password, { client: "page", device: "browser" })),
  );
}

/** The page that got this answer, with the session in it. */
export function withCookie(page: TestClient, { headers, text }: Answer): TestClient {
  const [cookie = ""] = String(headers["set-cookie"]).split(";");
  if (!cookie.startsWith("__Host-session=")) throw new Error(`not signed in: ${text}`);
  return page.with({ cookie });
}
