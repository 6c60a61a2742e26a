import { StringDecoder } from "node:string_decoder";
import type { ReadStream } from "node:tty";
import { CauseError } from "../../contract/causes.ts";

/** The person at the terminal: lines with or without an echo. */
export interface Keyboard {
  /** Whether there is a person to ask. */
  readonly present: boolean;
  /** Asks for one line. `echo` off: nothing of it is shown. Rejects with `cancelled` on Ctrl-C, Ctrl-D and when `signal` aborts. */
  readonly ask: (question: string, echo: boolean, signal?: AbortSignal) => Promise<string>;
}

/** The part of a terminal's input that reading lines needs. */
export type Terminal = Pick<ReadStream, "isTTY" | "setRawMode" | "on" | "off" | "resume" | "pause">;

/** Makes a keyboard of a terminal's input; `show` writes to its screen. */
export function makeKeyboard(input: Terminal, show: (text: string) => void, screenIsTerminal: boolean): Keyboard {
  // What was typed or pasted behind the line's end belongs to the next question.
  const ahead: string[] = [];
  return {
    present: input.isTTY === true && screenIsTerminal,
    ask: (question, echo, signal) => {
      if (signal?.aborted) return Promise.reject(new CauseError("cancelled"));
      return readLine(input, show, question, echo, ahead, signal);
    },
  };
}

/** Reads one line in raw mode, so that Ctrl-C is ours and the terminal echoes nothing by itself. */
function readLine(
  input: Terminal,
  show: (text: string) => void,
  question: string,
  echo: boolean,
  ahead: string[],
  signal: AbortSignal | undefined,
): Promise<string> {
  const { promise, resolve, reject } = Promise.withResolvers<string>();
  const decoder = new StringDecoder("utf8");
  let line: readonly string[] = [];
  const cancel = () => reject(new CauseError("cancelled"));
  const takeAhead = () => {
    for (let key = ahead.shift(); key !== undefined; key = ahead.shift()) {
      if (key === "\r" || key === "\n") return resolve(line.join(""));
      if (key === "\x03" || (key === "\x04" && line.length === 0)) return cancel();
      const edited = edit(line, key);
      if (echo) show(changeShown(line, edited));
      line = edited;
    }
  };
  const take = (chunk: Buffer) => {
    ahead.push(...decoder.write(chunk));
    takeAhead();
  };
  // The question comes when the terminal has stopped echoing, and not before: a quick answer to it must not show.
  input.setRawMode(true);
  show(question);
  input.on("data", take);
  input.resume();
  signal?.addEventListener("abort", cancel, { once: true });
  takeAhead();
  return promise.finally(() => {
    signal?.removeEventListener("abort", cancel);
    input.off("data", take);
    input.pause();
    input.setRawMode(false);
    show("\n");
  });
}

/** The line after a key: backspace takes a character, Ctrl-U all, other control characters nothing. */
function edit(line: readonly string[], key: string): readonly string[] {
  if (key === "\x7f" || key === "\b") return line.slice(0, -1);
  if (key === "\x15") return [];
  return key < " " ? line : [...line, key];
}

function changeShown(before: readonly string[], after: readonly string[]): string {
  if (after.length > before.length) return after.slice(before.length).join("");
  return "\b \b".repeat(before.length - after.length);
}
