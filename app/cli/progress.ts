import type { Language } from "./language.ts";
import { secondsText } from "./quantities.ts";
import type { Screen } from "./screen.ts";
import { cut, widthOf } from "./table.ts";

/** Pause between two looks of a line that shows time passing, in milliseconds. */
const tickMs = 100;

/**
 * Steps of something that takes a while: on a terminal one line that is written over and shows the time, in a pipe a line per step.
 * A step with the key of the last one takes its place.
 */
export class Progress {
  readonly #screen: Screen;
  readonly #language: Language;
  readonly #startedMs = performance.now();
  #steps: readonly { readonly key: string; readonly text: string }[] = [];
  #ticker: NodeJS.Timeout | undefined;

  constructor(screen: Screen, language: Language) {
    this.#screen = screen;
    this.#language = language;
  }

  /** Milliseconds since the beginning. */
  get elapsedMs(): number {
    return performance.now() - this.#startedMs;
  }

  /** Shows the next step, or what the last one has become. */
  step(key: string, text: string): void {
    const last = this.#steps.at(-1);
    if (last?.key === key && last.text === text) return;
    this.#steps = [...(last?.key === key ? this.#steps.slice(0, -1) : this.#steps), { key, text }];
    if (this.#screen.live) {
      this.#draw();
      this.#ticker ??= setInterval(() => this.#draw(), tickMs);
    } else this.#screen.note(text);
  }

  /** Shows the last step and ends the line. */
  finish(text: string): void {
    this.#stop();
    if (this.#screen.live) {
      this.#steps = [...this.#steps, { key: "", text }];
      this.#write(this.#line());
      this.#screen.raw("\n");
    } else this.#screen.note(text);
    this.#steps = [];
  }

  /** Ends the line as it stands, for a question or a failure below it. What comes next begins a new line. */
  interrupt(): void {
    this.#stop();
    if (this.#screen.live && this.#steps.length > 0) {
      this.#write(this.#line());
      this.#screen.raw("\n");
    }
    this.#steps = [];
  }

  #stop(): void {
    clearInterval(this.#ticker);
    this.#ticker = undefined;
  }

  #draw(): void {
    this.#write(this.#line(`${secondsText(this.elapsedMs, this.#language)} s`));
  }

  /** The steps in one line; where it is too narrow the first ones go, because the last ones say where things stand. */
  #line(...more: readonly string[]): string {
    const texts = [...this.#steps.map((step) => step.text), ...more];
    const first = texts.findIndex((_, from) => widthOf(texts.slice(from).join(" … ")) < this.#screen.width);
    return texts.slice(first).join(" … ");
  }

  // Carriage return, then the line, then "erase to its end" (ECMA-48 8.3.41): no flicker.
  #write(line: string): void {
    this.#screen.raw(`\r${cut(line, this.#screen.width - 1)}\x1b[K`);
  }
}
