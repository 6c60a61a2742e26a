import { Worker } from "node:worker_threads";
import { keep } from "./corpus.ts";
import type { Report } from "./report.ts";
import type { Told, Work } from "./worker.ts";

const maxInputBytes = 1 << 20;
/** An input that keeps a parser busy for so long is a finding: who sends it takes the program away from everybody. */
const patienceMs = 10_000;

/** Tries one TypeScript target for a while, in a thread of its own. */
export function fuzzScript(target: string, forMs: number, seed: number): Promise<Report> {
  const shared = new SharedArrayBuffer(8 + maxInputBytes);
  const numbers = new Int32Array(shared, 0, 2);
  const work: Work = { target, forMs, seed, shared };
  const started = performance.now();
  const worker = new Worker(new URL("./worker.ts", import.meta.url), { workerData: work });
  return new Promise((resolve, reject) => {
    let seen = 0;
    const watch = setInterval(() => {
      const trials = Atomics.load(numbers, 0);
      if (trials === seen && trials > 0)
        end(trials, Buffer.from(shared, 8, numbers[1]), `takes longer than ${patienceMs} ms`);
      seen = trials;
    }, patienceMs);
    const end = (trials: number, input?: Uint8Array, what?: string): void => {
      clearInterval(watch);
      void worker.terminate();
      const finding = input === undefined ? null : `${what}; kept as ${keep(target, input)}`;
      resolve({ name: target, trials, seconds: (performance.now() - started) / 1000, finding });
    };
    worker.on("message", (told: Told) => {
      if (told.kind === "done") end(told.trials);
      else end(told.trials, told.input, told.what);
    });
    worker.on("error", (error) => {
      clearInterval(watch);
      reject(error);
    });
  });
}
