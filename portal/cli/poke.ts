import { connect } from "node:net";
import { join } from "node:path";

const patienceMs = 3000;

/**
 * Tells the running web that the database was changed and waits until it has acted on it. Where no web runs
 * there is nobody to tell: it reads everything when it starts.
 */
export async function pokeWeb(run: string): Promise<void> {
  await new Promise<void>((resolve) => {
    const socket = connect(join(run, "web", "changes.sock"));
    socket.setTimeout(patienceMs, () => socket.destroy());
    socket.on("error", () => {});
    socket.on("close", () => resolve());
    socket.resume();
  });
}
