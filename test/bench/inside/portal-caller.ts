import { Agent, request } from "node:https";

/** The portal's API as a script of a person's own would call it: plain HTTPS over a kept connection, no relay. */
export class PortalCaller {
  readonly #url: string;
  readonly #agent = new Agent({ keepAlive: true, rejectUnauthorized: false });
  #token = "";

  constructor(url: string) {
    this.#url = url;
  }

  async signIn(who: {
    readonly account: string;
    readonly user: string;
    readonly password: string;
    readonly code: string;
  }): Promise<void> {
    const { code, ...login } = who;
    let answer = await this.call("POST", "/login", { ...login, client: "agent", device: "bench", remember: false });
    const { pending } = answer as { readonly pending?: string };
    if (pending !== undefined) answer = await this.call("POST", "/login/code", { pending, code });
    this.#token = (answer as { readonly token: string }).token;
  }

  get token(): string {
    return this.#token;
  }

  /** @throws when the portal refuses */
  call(method: string, path: string, body?: unknown): Promise<unknown> {
    const { promise, resolve, reject } = Promise.withResolvers<unknown>();
    const headers = {
      accept: "application/json",
      ...(body === undefined ? {} : { "content-type": "application/json" }),
      ...(this.#token === "" ? {} : { authorization: `Bearer ${this.#token}` }),
    };
    const call = request(`${this.#url}/api/v1${path}`, { method, headers, agent: this.#agent }, async (response) => {
      try {
        let text = "";
        for await (const chunk of response.setEncoding("utf8")) text += chunk;
        if (response.statusCode !== 200) throw new Error(`${method} ${path}: ${response.statusCode} ${text}`);
        resolve(JSON.parse(text));
      } catch (error) {
        reject(error);
      }
    });
    call.on("error", reject);
    call.end(body === undefined ? undefined : JSON.stringify(body));
    return promise;
  }
}
