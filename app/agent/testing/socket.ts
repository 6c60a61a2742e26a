import { randomBytes } from "node:crypto";
import { once } from "node:events";
import { mkdir, writeFile } from "node:fs/promises";
import { createServer } from "node:net";
import type { FaceName } from "../../face/agent-client.ts";
import { AgentClient } from "../../face/agent-client.ts";
import { agentPlace } from "../../face/agent-place.ts";
import { Faces } from "../faces/faces.ts";
import type { World } from "./world.ts";

/** The agent's socket before the agent of a world, for real faces. */
export class AgentSocket {
  readonly #place: ReturnType<typeof agentPlace>;
  readonly #close: () => Promise<void>;
  readonly faults: unknown[] = [];

  private constructor(place: ReturnType<typeof agentPlace>, close: () => Promise<void>) {
    this.#place = place;
    this.#close = close;
  }

  static async open(world: World): Promise<AgentSocket> {
    const place = agentPlace({ XDG_RUNTIME_DIR: world.folder });
    await mkdir(place.folder, { mode: 0o700 });
    const key = randomBytes(32);
    await writeFile(place.key, key, { mode: 0o600 });
    const faces = new Faces({
      key,
      version: "test",
      store: world.agent.store,
      answer: (request, context) => world.agent.requests.answer(request, context),
      onFault: (error) => socket.faults.push(error),
      onCount: () => undefined,
    });
    const server = createServer((connection) => faces.accept(connection)).listen(place.socket);
    await once(server, "listening");
    const socket = new AgentSocket(place, async () => {
      faces.close();
      await new Promise((resolve) => server.close(resolve));
    });
    return socket;
  }

  async face(name: FaceName = "desktop"): Promise<AgentClient> {
    const client = await AgentClient.open(this.#place, name);
    if (client === undefined) throw new Error("nobody listens");
    return client;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#close();
  }
}
