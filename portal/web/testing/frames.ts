import type { Socket } from "node:net";
import { encodeFrame, FrameReader } from "../../../contract/frame.ts";

type Message = Readonly<Record<string, unknown>>;

/** The other end of a socket of ours: says what a test tells it and waits for what a test expects. */
export class FramePeer {
  readonly seen: Message[] = [];
  readonly #socket: Socket;
  readonly #waiting = new Set<() => void>();
  /** Answers a message at once, if it wants to. */
  answer: (message: Message) => unknown = () => undefined;

  constructor(socket: Socket) {
    this.#socket = socket;
    const reader = new FrameReader();
    socket.on("error", () => {});
    socket.on("data", (chunk) => {
      for (const message of reader.push(chunk)) {
        this.seen.push(message as Message);
        const answer = this.answer(message as Message);
        if (answer !== undefined) this.say(answer);
      }
      for (const wake of [...this.#waiting]) wake();
    });
  }

  say(message: unknown): void {
    this.#socket.write(encodeFrame(message));
  }

  end(): void {
    this.#socket.destroy();
  }

  /** The first message, from `from` on, that has these values. */
  async expect(wanted: Message, from = 0): Promise<Message> {
    for (;;) {
      const found = this.seen.slice(from).find((message) => {
        return Object.entries(wanted).every(([key, value]) => message[key] === value);
      });
      if (found !== undefined) return found;
      await new Promise<void>((resolve) => {
        const wake = () => {
          this.#waiting.delete(wake);
          resolve();
        };
        this.#waiting.add(wake);
      });
    }
  }
}
