import { loadavg } from "node:os";
import { median } from "./statistics.ts";

/** One line of the table. */
export interface Figure {
  readonly row: string;
  readonly what: string;
  /** What was measured, with its unit. */
  readonly measured: string;
  /** What a user would otherwise take, in the same run; empty where there is nothing. */
  readonly stock: string;
  /** What physics allows; empty where that says nothing. */
  readonly limit: string;
  /** What was promised (issue "Speed"); empty where the figure is only printed. */
  readonly goal: string;
  /** Null where nothing was promised. */
  readonly held: boolean | null;
  /** Spread, number of runs, load of the machine. */
  readonly note: string;
}

/** Several runs of one thing. */
export class Series {
  readonly values: number[] = [];
  readonly #loads: number[] = [];

  add(value: number): void {
    this.values.push(value);
    this.#loads.push(loadavg()[0] ?? 0);
  }

  get median(): number {
    return median(this.values);
  }

  /** Runs, extremes, and the machine's load average while they went. */
  get note(): string {
    const least = Math.min(...this.values);
    const most = Math.max(...this.values);
    const digits = most < 10 ? 1 : 0;
    const spread = `${least.toFixed(digits)}–${most.toFixed(digits)}`;
    return `n=${this.values.length}, ${spread}, load ${median(this.#loads).toFixed(1)}`;
  }
}

export function ms(value: number): string {
  return `${value < 10 ? value.toFixed(1) : Math.round(value)} ms`;
}

export function ratio(ours: number, theirs: number): string {
  return `${(ours / theirs).toFixed(2)} ×`;
}

/** Completes a line: what is left out says nothing. */
export function figure(
  line: Pick<Figure, "row" | "what" | "measured"> & Partial<Pick<Figure, "stock" | "limit" | "goal" | "held" | "note">>,
): Figure {
  return { stock: "", limit: "", goal: "", held: null, note: "", ...line };
}
