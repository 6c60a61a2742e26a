import { mkdtempSync, rmSync } from "node:fs";
import type { Server, Socket } from "node:net";
import { connect, createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { encodeFrame, FrameReader } from "../../../contract/frame.ts";
import type { RelayReport, RelayStart } from "../../../contract/relay.ts";
import { decodeRelayStart } from "../../../contract/relay.ts";
import type { HelperProgram } from "../helper-program.ts";

/** What a test does in the place of one started `anslut-helper`. */
export interface Started {
  readonly words: readonly string[];
  /** stdin and stdout of the program. */
  readonly socket: Socket;
}

/** A program for `HelperProgram` whose every start ends up in the test. */
export class FakeProgram {
  readonly program: HelperProgram;
  readonly started: Started[] = [];
  readonly #folder = mkdtempSync(join(tmpdir(), "anslut-fake-"));
  readonly #server: Server;
  readonly #sockets = new Set<Socket>();

  constructor(onStart: (started: Started) => void) {
    const path = join(this.#folder, "fake.sock");
    this.#server = createServer((socket) => {
      this.#sockets.add(socket);
      socket.on("close", () => this.#sockets.delete(socket)).on("error", () => undefined);
      firstLine(socket, (words) => {
        const started = { words, socket };
        this.started.push(started);
        onStart(started);
      });
    }).listen(path);
    this.program = { command: process.execPath, args: [join(import.meta.dirname, "stand-in.ts"), path] };
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const socket of this.#sockets) socket.destroy();
    await new Promise((resolve) => this.#server.close(resolve));
    rmSync(this.#folder, { recursive: true, force: true });
  }
}

function firstLine(socket: Socket, take: (words: readonly string[]) => void): void {
  let text = Buffer.alloc(0);
  const read = (): void => {
    for (let chunk: Buffer | null = socket.read(); chunk !== null; chunk = socket.read())
      text = Buffer.concat([text, chunk]);
    const end = text.indexOf(10);
    if (end === -1) return;
    socket.off("readable", read);
    if (text.length > end + 1) socket.unshift(text.subarray(end + 1));
    take(JSON.parse(text.subarray(0, end).toString()));
  };
  socket.on("readable", read);
}

/** What a test's relay does with a race: a port on this computer that wins, or how it fails. */
export type Race = (
  start: RelayStart,
) =>
  | { readonly port: number; readonly way?: number; readonly before?: readonly RelayReport[] }
  | { readonly reports: readonly RelayReport[] }
  | { readonly die: true };

/** Plays `anslut-helper relay`, mode stdio. */
export function playRelay(socket: Socket, race: Race): void {
  const reader = new FrameReader();
  const begin = (chunk: Buffer): void => {
    const message = reader.pushOne(chunk);
    if (message === undefined) return;
    socket.off("data", begin);
    const outcome = race(decodeRelayStart(message.value));
    if ("die" in outcome) socket.destroy();
    else if ("reports" in outcome) {
      for (const report of outcome.reports) socket.write(encodeFrame(report));
      socket.end();
    } else {
      for (const report of outcome.before ?? []) socket.write(encodeFrame(report));
      socket.allowHalfOpen = true; // as the relay: one direction may end before the other
      const target = connect({ port: outcome.port, host: "127.0.0.1", allowHalfOpen: true });
      target.write(reader.rest());
      socket.write(encodeFrame({ type: "won", way: outcome.way ?? 0, elapsedMs: 1 }));
      socket.pipe(target).pipe(socket);
      target.on("error", () => socket.destroy());
      socket.on("close", () => target.destroy());
    }
  };
  socket.on("data", begin);
}
