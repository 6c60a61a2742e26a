import { connect } from "node:net";
import { join } from "node:path";

const patienceMs = 5000;

/** What web says of itself when it has acted on the database. */
export interface WebState {
  /** Whether exchange is there and equal to the database. */
  readonly exchange: boolean;
}

/**
 * Tells the running web that the database may have changed and waits until it has acted on it. Undefined where no web runs:
 * then there is nobody to tell, and it reads everything when it starts.
 */
export async function askWeb(run: string): Promise<WebState | undefined> {
  const { promise, resolve } = Promise.withResolvers<WebState | undefined>();
  let text = "";
  const socket = connect(join(run, "web", "changes.sock"));
  socket.setTimeout(patienceMs, () => socket.destroy());
  socket.on("data", (chunk) => {
    text += chunk.toString();
  });
  socket.on("error", () => {});
  socket.on("close", () => resolve(readState(text)));
  return await promise;
}

function readState(text: string): WebState | undefined {
  try {
    return { exchange: JSON.parse(text).exchange === true };
  } catch {
    return undefined;
  }
}
