import { once } from "node:events";
import type { Socket } from "node:net";
import { PassThrough, type Readable, Writable } from "node:stream";
import { connectTo } from "./ask.ts";
import type { EntryPlan } from "./entry.ts";
import { frameKinds, receiveFrames, sendFrame } from "./frames.ts";
import type { ExitStatus } from "./request.ts";

/** A program that runs on a host of the lab. Output that nobody reads is kept, not lost. */
export class LabProcess {
  readonly #socket: Socket;
  readonly #stdout = new PassThrough({ highWaterMark: 1 << 24 });
  readonly #stderr = new PassThrough({ highWaterMark: 1 << 24 });
  readonly stdin: Writable;
  /** Resolves when it has ended and closed its output; rejects if it could not be started. */
  readonly exited: Promise<ExitStatus>;

  constructor(labPid: number, plan: EntryPlan) {
    const socket = connectTo(labPid);
    this.#socket = socket;
    this.stdin = new Writable({
      write: (data: Buffer, _encoding, done) => {
        if (sendFrame(socket, frameKinds.stdin, data) || socket.destroyed) done();
        else void once(socket, "drain").then(() => done(), done);
      },
      final: (done) => {
        sendFrame(socket, frameKinds.stdinEnd);
        done();
      },
    });
    this.exited = new Promise((resolve, reject) => {
      const fail = (error: Error): void => {
        this.#endOutput();
        socket.destroy();
        reject(error);
      };
      socket.on("error", fail);
      socket.on("close", () => fail(new Error(`${plan.host}: ${plan.argv[0]} went with the lab`)));
      receiveFrames(socket, ({ kind, body }) => {
        if (kind === frameKinds.stdout) this.#stdout.write(body);
        if (kind === frameKinds.stderr) this.#stderr.write(body);
        if (kind === frameKinds.error) fail(new Error(body.toString()));
        if (kind !== frameKinds.exit) return;
        this.#endOutput();
        resolve(JSON.parse(body.toString()) as ExitStatus);
      });
    });
    this.exited.catch(() => {}); // whoever waits for it hears of it
    sendFrame(socket, frameKinds.request, JSON.stringify({ ...plan, does: "exec" }));
  }

  get stdout(): Readable {
    return this.#stdout;
  }

  get stderr(): Readable {
    return this.#stderr;
  }

  /** Sends a signal to the program itself, as `kill` would. */
  signal(name: NodeJS.Signals): void {
    sendFrame(this.#socket, frameKinds.signal, name);
  }

  /** Kills it and all of its process group, and waits until the connection is gone. */
  async kill(): Promise<void> {
    if (this.#socket.destroyed) return;
    this.#socket.destroy();
    await once(this.#socket, "close");
  }

  /**
   * Resolves with the first line, of stdout or stderr, that matches; from now on, or of what nobody has read so far.
   * @throws if the program ends without it
   */
  line(pattern: RegExp): Promise<string> {
    return new Promise((resolve, reject) => {
      let all = "";
      for (const stream of [this.#stdout, this.#stderr]) {
        let rest = "";
        const onData = (data: Buffer): void => {
          all += data.toString();
          const lines = (rest + data.toString()).split("\n");
          rest = lines.pop() ?? "";
          const found = lines.find((line) => pattern.test(line));
          if (found === undefined) return;
          stream.off("data", onData);
          resolve(found);
        };
        stream.on("data", onData);
        stream.on("end", () => reject(new Error(`it ended without saying ${pattern}:\n${all}`)));
      }
    });
  }

  #endOutput(): void {
    this.#stdout.end();
    this.#stderr.end();
  }
}

/** Everything a stream still has to say. */
export async function textOf(stream: Readable): Promise<string> {
  const parts: Buffer[] = [];
  for await (const part of stream) parts.push(part as Buffer);
  return Buffer.concat(parts).toString();
}
