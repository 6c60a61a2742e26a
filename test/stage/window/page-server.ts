import { readFile } from "node:fs/promises";
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { type WebSocket, WebSocketServer } from "ws";
import { pageFilesIn } from "../../../app/desktop/bridge/page-files.ts";
import { type PageAllowances, pageHeaders } from "../../../app/desktop/bridge/page-policy.ts";
import { Tokens } from "./tokens.ts";

export interface PageServerOptions {
  /** The built page. */
  readonly folder: string;
  /** What runs in the page before its own scripts. */
  readonly script: string;
  /** Sources of frames. */
  readonly frames: readonly string[];
  readonly onPage: (socket: WebSocket) => void;
}

/** Serves the window's page on loopback under its own policy, and takes the connection of whoever has a token. */
export class PageServer {
  readonly #server: Server;
  readonly #sockets: WebSocketServer;
  readonly #tokens = new Tokens();
  readonly #options: PageServerOptions;
  readonly #files: ReturnType<typeof pageFilesIn>;

  private constructor(options: PageServerOptions) {
    this.#options = options;
    this.#files = pageFilesIn(options.folder);
    this.#server = createServer((request, response) => void this.#answer(request, response));
    this.#sockets = new WebSocketServer({
      server: this.#server,
      path: "/bridge",
      maxPayload: 2_000_000,
      handleProtocols: () => "anslut",
      verifyClient: ({ req, origin }: { readonly req: IncomingMessage; readonly origin: string }) =>
        origin === this.origin && this.#isLoopback(req) && this.#tokens.spend(tokenOf(req)),
    });
    this.#sockets.on("connection", (socket) => {
      socket.send(JSON.stringify({ says: "token", token: this.#tokens.make() }));
      options.onPage(socket);
    });
  }

  static async open(options: PageServerOptions): Promise<PageServer> {
    const page = new PageServer(options);
    await new Promise<void>((resolve) => page.#server.listen(0, "127.0.0.1", resolve));
    return page;
  }

  get origin(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  /** An address that opens the window once. What stands behind the hash is in no request. */
  makeAddress(): string {
    return `${this.origin}/#${this.#tokens.make()}`;
  }

  close(): void {
    for (const socket of this.#sockets.clients) socket.terminate();
    this.#sockets.close();
    this.#server.close();
    this.#server.closeAllConnections();
  }

  /** A name that somebody else's DNS lets point here is not ours. */
  #isLoopback(request: IncomingMessage): boolean {
    return request.headers.host === new URL(this.origin).host;
  }

  async #answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { pathname } = new URL(request.url ?? "/", this.origin);
    if (!this.#isLoopback(request) || request.method !== "GET") {
      response.writeHead(404).end();
      return;
    }
    const allowances: PageAllowances = {
      connect: [this.origin.replace("http:", "ws:")],
      frame: this.#options.frames,
    };
    const file = this.#files.get(pathname);
    if (pathname === "/stage.js") {
      response.writeHead(200, pageHeaders("text/javascript; charset=utf-8", allowances)).end(this.#options.script);
    } else if (file === undefined) {
      response.writeHead(404).end();
    } else {
      const content = await readFile(file.path);
      const isPage = file.contentType.startsWith("text/html");
      response.writeHead(200, pageHeaders(file.contentType, allowances)).end(isPage ? withScript(content) : content);
    }
  }
}

/** Ours is the first script: the page finds `window.anslut` when its own begin. */
function withScript(page: Buffer): string {
  return page.toString("utf8").replace("<head>", '<head><script src="/stage.js"></script>');
}

/** A browser's WebSocket can carry a word of ours only as the name of a protocol. */
function tokenOf(request: IncomingMessage): string {
  const [, token = ""] = (request.headers["sec-websocket-protocol"] ?? "").split(",").map((word) => word.trim());
  return token;
}
