import { randomUUID } from "node:crypto";
import { link, rename, stat, unlink } from "node:fs/promises";
import type { Server, Socket } from "node:net";
import { connect, createServer } from "node:net";
import { join } from "node:path";
import { CauseError, failureOf } from "../../contract/causes.ts";

/** The one listening socket of a user's agent. */
export interface Instance {
  /** Stops listening and takes the socket away, if it still is ours; then hangs up on whoever is left. */
  close(): Promise<void>;
}

/**
 * Listens at `<dir>/agent.sock`, unless a living agent does already (then undefined). The socket is made under a name
 * of its own and linked into place, because link(2) fails where bind(2) after unlink(2) would take over a rival's name. A
 * socket whose agent died is moved away first and looked at again there: two agents starting at once may both have seen it dead.
 */
export async function becomeInstance(
  dir: string,
  onConnection: (socket: Socket) => void,
): Promise<Instance | undefined> {
  const own = join(dir, `agent.${randomUUID()}.sock`);
  const shared = join(dir, "agent.sock");
  const connections = new Set<Socket>();
  const server = createServer((socket) => {
    connections.add(socket);
    socket.on("error", () => undefined); // also of one that nobody took; its close follows
    socket.once("close", () => connections.delete(socket));
    onConnection(socket);
  });
  await listen(server, own);
  const mine = await inode(own);
  for (let attempt = 0; attempt < 10; attempt++) {
    const taken = await link(own, shared).then(
      () => false,
      (error: NodeJS.ErrnoException) => {
        if (error.code === "EEXIST") return true;
        throw new CauseError("diskFault", error.message);
      },
    );
    if (!taken) {
      await unlink(own);
      return { close: () => close(server, connections, mine, shared) };
    }
    if (await isAlive(shared)) break;
    await moveAway(shared, `${own}.stale`);
  }
  await closeServer(server);
  return undefined;
}

async function moveAway(shared: string, stale: string): Promise<void> {
  try {
    await rename(shared, stale);
  } catch {
    return; // a rival moved it
  }
  if (await isAlive(stale)) await link(stale, shared).catch(() => undefined);
  await unlink(stale).catch(() => undefined);
}

async function close(
  server: Server,
  connections: ReadonlySet<Socket>,
  mine: number | undefined,
  shared: string,
): Promise<void> {
  // Ours may have been moved away meanwhile by one who thought us dead.
  if ((await inode(shared)) === mine) await unlink(shared).catch(() => undefined);
  const closed = closeServer(server);
  for (const socket of connections) socket.destroy();
  await closed;
}

async function inode(path: string): Promise<number | undefined> {
  return await stat(path).then(
    (found) => found.ino,
    () => undefined,
  );
}

function closeServer(server: Server): Promise<void> {
  return new Promise((resolve) => server.close(() => resolve()));
}

function listen(server: Server, path: string): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once("error", (error) => reject(new CauseError("diskFault", failureOf(error).detail)));
    server.listen(path, resolve);
  });
}

function isAlive(path: string): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(path);
    socket.once("connect", () => {
      socket.destroy();
      resolve(true);
    });
    socket.once("error", () => resolve(false));
  });
}
