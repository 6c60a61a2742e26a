import { describe, expect, test } from "vitest";
import { connection, readyState } from "../testing/scenes.ts";
import type { Sample } from "./traffic-samples.ts";
import { plotOf, sampleOf, spanMs, summaryOf, withSample } from "./traffic-samples.ts";

const at = (atMs: number, more: Partial<Sample> = {}): Sample => ({
  atMs,
  ticket: "t",
  received: 0,
  sent: 0,
  roundTrips: {},
  ...more,
});
const collected = (...samples: readonly Sample[]): readonly Sample[] =>
  samples.reduce<readonly Sample[]>((known, next) => withSample(known, next), []);

describe("a sample", () => {
  test("holds the bytes of the tunnel and the round trips of the machines that answer", () => {
    const state = readyState([
      connection(1, { state: "connected", since: "2026-06-17T09:00:00.000Z", roundTripMs: 41 }),
      connection(3, { state: "requested" }),
    ]);
    expect(sampleOf(state, 7)).toEqual({
      atMs: 7,
      ticket: "ticket-1",
      received: state.tunnel?.received,
      sent: state.tunnel?.sent,
      roundTrips: { "machine-1": 41 },
    });
  });

  test("is none without a tunnel", () => {
    expect(sampleOf({ ...readyState(), tunnel: null }, 7)).toBeNull();
  });
});

describe("the samples", () => {
  test("forget what is older than the plot looks back", () => {
    expect(collected(at(0), at(1000), at(spanMs + 500)).map(({ atMs }) => atMs)).toEqual([1000, spanMs + 500]);
  });

  test("begin anew with a new tunnel, whose counters begin at nothing", () => {
    expect(collected(at(0, { received: 900 }), at(5000, { ticket: "other" }))).toHaveLength(1);
  });

  test("take states that come in one burst as one look", () => {
    expect(collected(at(0), at(5000), at(5100), at(5200)).map(({ atMs }) => atMs)).toEqual([0, 5000, 5200]);
  });
});

describe("the plot", () => {
  test("draws bytes a second, and nothing where none is known", () => {
    const samples = collected(
      at(0, { received: 1000, sent: 10 }),
      at(2000, { received: 5000, sent: 10, roundTrips: { m: 30 } }),
      at(4000, { received: 5000, sent: 30 }),
    );
    expect(plotOf(samples, "m")).toEqual({
      times: [0, 2, 4],
      roundTrip: [null, 30, null],
      received: [null, 2000, 0],
      sent: [null, 0, 10],
    });
  });

  test("is said in figures as well", () => {
    expect(summaryOf([null, 30, 18, 41])).toEqual({ now: 41, lowest: 18, highest: 41 });
    expect(summaryOf([null])).toBeNull();
  });
});
