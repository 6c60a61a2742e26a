import type { WriteStream } from "node:tty";

/** A place to write to; `columns` and `isTTY` as Node's streams have them. */
export interface Sink extends Partial<Pick<WriteStream, "isTTY" | "columns">> {
  readonly write: (text: string) => unknown;
}

/** The ways a text can stand out. Used sparingly; nothing is said by colour alone. */
export type Style = "bold" | "dim" | "good" | "bad" | "warn";

/** Where results (stdout) and everything said on the way to them (stderr) go. */
export interface Screen {
  /** One JSON object per result on stdout, nothing else anywhere. */
  readonly json: boolean;
  /** Whether a line of stderr can be written over. */
  readonly live: boolean;
  /** Whether several lines of stdout can be written over. */
  readonly redraws: boolean;
  readonly width: number;
  /** A line of the result for a person. */
  readonly line: (text?: string) => void;
  /** A line that is no result: progress, questions, failures. */
  readonly note: (text?: string) => void;
  /** Writes to stderr without a line's end. */
  readonly raw: (text: string) => void;
  /** The result for a script. */
  readonly result: (value: object) => void;
  /** `text` made to stand out on stdout (`styled`) or stderr (`noteStyled`), where that shows. */
  readonly styled: (style: Style, text: string) => string;
  readonly noteStyled: (style: Style, text: string) => string;
}

// SGR codes, ECMA-48 8.3.117. The terminal's own palette, so that its owner's contrast is kept.
const codes = { bold: "1", dim: "2", good: "32", bad: "31", warn: "33" } as const;

/** Makes a screen of two streams. NO_COLOR (no-color.org) and TERM=dumb are honoured. */
export function makeScreen(
  out: Sink,
  error: Sink,
  options: { readonly json: boolean; readonly environment: Readonly<NodeJS.ProcessEnv> },
): Screen {
  const { json, environment } = options;
  const dumb = environment.TERM === "dumb";
  const plain = dumb || (environment.NO_COLOR ?? "") !== "";
  const stylist = (sink: Sink) => (style: Style, text: string) =>
    sink.isTTY === true && !plain && text !== "" ? `\x1b[${codes[style]}m${text}\x1b[0m` : text;
  return {
    json,
    live: error.isTTY === true && !dumb && !json,
    redraws: out.isTTY === true && !dumb && !json,
    // A terminal that does not know its size says 0.
    width: Math.max(40, (out.isTTY ? out.columns : error.columns) || 100),
    line: (text = "") => {
      if (!json) out.write(`${text}\n`);
    },
    note: (text = "") => {
      if (!json) error.write(`${text}\n`);
    },
    raw: (text) => {
      error.write(text);
    },
    result: (value) => {
      if (json) out.write(`${JSON.stringify(value)}\n`);
    },
    styled: stylist(out),
    noteStyled: stylist(error),
  };
}
