import type { WebSocket } from "ws";
import type { AgentLink } from "../../../app/desktop/bridge/agent-link.ts";
import type { MachineBook } from "../../../app/desktop/bridge/machine-book.ts";
import type { Shell } from "../../../app/desktop/bridge/shell.ts";
import { WindowService } from "../../../app/desktop/bridge/window-service.ts";
import type { ServerSays } from "./wire.ts";

export interface PageConnectionOptions {
  readonly socket: WebSocket;
  readonly link: AgentLink;
  readonly book: MachineBook;
  readonly shell: (tell: (message: ServerSays) => void) => Shell;
}

/** One page on its socket, served as Electron's main serves the window. */
export function servePage({ socket, link, book, shell }: PageConnectionOptions): WindowService {
  const tell = (message: ServerSays): void => {
    if (socket.readyState === socket.OPEN) socket.send(JSON.stringify(message));
  };
  const service = new WindowService({
    link,
    book,
    shell: shell(tell),
    schedule: (task, milliseconds) => {
      const timer = setTimeout(task, milliseconds);
      return () => clearTimeout(timer);
    },
    push: (name, value) => tell({ says: "push", name, value }),
  });
  socket.on("message", (data) => take(service, tell, String(data)));
  socket.on("close", () => service.close());
  return service;
}

function take(service: WindowService, tell: (message: ServerSays) => void, text: string): void {
  const message = JSON.parse(text) as Readonly<Record<string, unknown>>;
  if (message.says === "follow") {
    service.follow(message.name);
    return;
  }
  const { number } = message;
  if (message.says !== "call" || typeof number !== "number") return;
  service.call(message.name, message.argument).then(
    (value) => tell({ says: "answer", number, value }),
    (error: unknown) => tell({ says: "failed", number, message: String(error) }),
  );
}
