import { createServer } from "node:https";
import type { AddressInfo } from "node:net";

export interface FakeAnswer {
  readonly status: number;
  readonly body: unknown;
}

/** What a request carried. */
export interface FakeRequest {
  readonly path: string;
  readonly bearer: string | undefined;
  readonly body: unknown;
}

/** An HTTPS server on the loopback that answers as a test says. `about` it answers itself. */
export class FakePortal {
  readonly requests: FakeRequest[] = [];
  readonly port: number;
  readonly #stop: () => void;

  private constructor(port: number, stop: () => void) {
    this.port = port;
    this.#stop = stop;
  }

  static async start(
    server: { readonly certificate: string; readonly privateKey: string },
    answer: (request: FakeRequest) => FakeAnswer | Promise<FakeAnswer>,
  ): Promise<FakePortal> {
    const https = createServer({ cert: server.certificate, key: server.privateKey }, async (incoming, outgoing) => {
      let text = "";
      for await (const chunk of incoming) text += String(chunk);
      const path = incoming.url ?? "";
      const bearer = incoming.headers.authorization;
      const request = { path, bearer, body: text === "" ? null : (JSON.parse(text) as unknown) };
      const about = { product: "anslut-portal", version: "0.1.0", time: new Date().toISOString() };
      if (path !== "/api/v1/about") portal.requests.push(request);
      const { status, body } = path === "/api/v1/about" ? { status: 200, body: about } : await answer(request);
      outgoing.writeHead(status, { "content-type": "application/json" }).end(JSON.stringify(body));
    });
    await new Promise<void>((resolve) => https.listen(0, "127.0.0.1", resolve));
    const { port } = https.address() as AddressInfo;
    const portal = new FakePortal(port, () => {
      https.close();
      https.closeAllConnections();
    });
    return portal;
  }

  [Symbol.dispose](): void {
    this.#stop();
  }
}
