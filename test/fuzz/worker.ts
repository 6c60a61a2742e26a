import { parentPort, workerData } from "node:worker_threads";
import { kept } from "./corpus.ts";
import { drawFrom, mutate } from "./mutation.ts";
import { targets } from "./targets.ts";

// Tries one target for a while. The input on trial stands in memory that the starter sees, who ends us when one takes for ever.

export interface Work {
  readonly target: string;
  readonly forMs: number;
  readonly seed: number;
  /** `shared[0]` counts the trials, `shared[1]` is the length of the input behind. */
  readonly shared: SharedArrayBuffer;
}

export type Told =
  | { readonly kind: "done"; readonly trials: number }
  | { readonly kind: "finding"; readonly trials: number; readonly input: Uint8Array; readonly what: string };

const { target: name, forMs, seed, shared } = workerData as Work;
const target = targets.find((each) => each.name === name);
if (target === undefined || parentPort === null) throw new Error(`there is no target ${name}`);
const numbers = new Int32Array(shared, 0, 2);
const onTrial = Buffer.from(shared, 8);
const draw = drawFrom(seed);
const pool = [...kept(name), ...(await target.seeds())];
const until = performance.now() + forMs;
let trials = 0;
let found = false;

for (const input of pool) tryOut(input);
while (!found && performance.now() < until) tryOut(mutate(pool, target.words, draw));
if (!found) tell({ kind: "done", trials });

function tryOut(input: Buffer): void {
  if (found) return;
  trials += 1;
  numbers[1] = input.copy(onTrial);
  Atomics.store(numbers, 0, trials);
  try {
    target?.check(input, draw);
  } catch (error) {
    found = true;
    tell({ kind: "finding", trials, input, what: String(error) });
  }
}

function tell(told: Told): void {
  parentPort?.postMessage(told);
}
