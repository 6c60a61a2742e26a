import type { AgentState } from "../../../../contract/state.ts";

/** What the plot is drawn from: one look at the agent's state. */
export interface Sample {
  readonly atMs: number;
  /** Bytes since the tunnel began; another ticket is another tunnel. */
  readonly ticket: string;
  readonly received: number;
  readonly sent: number;
  /** Echo of the routers, by machine, in milliseconds; one that does not answer is not in it. */
  readonly roundTrips: Readonly<Record<string, number>>;
}

/** How far the plot looks back. */
export const spanMs = 5 * 60_000;
/** States that come in one burst are one look: a rate over less than that says nothing. */
const burstMs = 800;

export function sampleOf({ tunnel, connections }: AgentState, atMs: number): Sample | null {
  if (tunnel === null) return null;
  const { ticket, received, sent } = tunnel;
  const roundTrips = connections.flatMap(({ machine, status }) =>
    status.state === "connected" ? [[machine, status.roundTripMs] as const] : [],
  );
  return { atMs, ticket, received, sent, roundTrips: Object.fromEntries(roundTrips) };
}

/** The samples with one more, without those that are too old; a new tunnel begins anew. */
export function withSample(samples: readonly Sample[], next: Sample): readonly Sample[] {
  const same = samples.filter(({ ticket, atMs }) => ticket === next.ticket && next.atMs - atMs <= spanMs);
  const before = same.at(-2);
  const last = same.at(-1);
  const isBurst = last !== undefined && before !== undefined && last.atMs - before.atMs < burstMs;
  return [...(isBurst ? same.slice(0, -1) : same), next];
}

/** Rows of the plot: times in seconds, round trip in ms, rates in bytes a second. Null: nothing known. */
export interface Plot {
  readonly times: readonly number[];
  readonly roundTrip: readonly (number | null)[];
  readonly received: readonly (number | null)[];
  readonly sent: readonly (number | null)[];
}

export function plotOf(samples: readonly Sample[], machine: string): Plot {
  const rate = (count: (sample: Sample) => number) =>
    samples.map((sample, index) => {
      const before = samples[index - 1];
      if (before === undefined || sample.atMs <= before.atMs) return null;
      return Math.max(0, count(sample) - count(before)) / ((sample.atMs - before.atMs) / 1000);
    });
  return {
    times: samples.map(({ atMs }) => atMs / 1000),
    roundTrip: samples.map(({ roundTrips }) => roundTrips[machine] ?? null),
    received: rate(({ received }) => received),
    sent: rate(({ sent }) => sent),
  };
}

/** The plot in numbers, for whoever does not see it. */
export interface Summary {
  readonly now: number;
  readonly lowest: number;
  readonly highest: number;
}

export function summaryOf(values: readonly (number | null)[]): Summary | null {
  const known = values.filter((value) => value !== null);
  const now = known.at(-1);
  return now === undefined ? null : { now, lowest: Math.min(...known), highest: Math.max(...known) };
}
