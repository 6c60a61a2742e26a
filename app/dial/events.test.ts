import { PassThrough } from "node:stream";
import { afterEach, describe, expect, test } from "vitest";
import { CauseError } from "../../contract/causes.ts";
import type { PortalEvent } from "../../contract/portal.ts";
import { followEvents } from "./events.ts";
import { HandClock } from "./testing/hand-clock.ts";

const intent = { type: "intent", intent: "i1", tunnel: "t1" } as const;
const line = (id: string, event: unknown) => `id: ${id}\ndata: ${JSON.stringify(event)}\n\n`;

/** Follows a portal whose every connection is made by the next of `streams`. */
class Following {
  readonly clock = new HandClock();
  readonly resumedFrom: (string | null)[] = [];
  readonly events: PortalEvent[] = [];
  readonly lost: CauseError[] = [];
  readonly ended: Promise<void>;
  readonly #controller = new AbortController();
  #happened = Promise.withResolvers<void>();

  constructor(streams: readonly (PassThrough | CauseError)[]) {
    const left = [...streams];
    this.ended = followEvents({
      open: async (lastEventId) => {
        this.resumedFrom.push(lastEventId);
        const next = left.shift() ?? new PassThrough();
        this.#tell();
        if (next instanceof CauseError) throw next;
        return next;
      },
      onEvent: (event) => {
        this.events.push(event);
        this.#tell();
      },
      onOpen: () => undefined,
      onLost: (error) => {
        this.lost.push(error);
        this.#tell();
      },
      delayMs: (attempt) => attempt * 1000,
      clock: this.clock,
      signal: this.#controller.signal,
    });
  }

  async until(fits: () => boolean): Promise<void> {
    while (!fits()) {
      await this.#happened.promise;
      await new Promise(setImmediate);
    }
  }

  stop(): void {
    this.#controller.abort();
  }

  #tell(): void {
    this.#happened.resolve();
    this.#happened = Promise.withResolvers();
  }
}

let following: Following;
afterEach(async () => {
  following.stop();
  await following.ended;
});

describe("the event stream", () => {
  test("hands events on in order, and resumes behind the last one it has handled", async () => {
    const first = new PassThrough();
    const second = new PassThrough();
    following = new Following([first, second]);
    first.end(line("1", { type: "resync" }) + line("2", intent));
    await following.until(() => following.lost.length === 1);
    expect(following.events.map(({ type }) => type)).toEqual(["resync", "intent"]);
    following.clock.turn(1000);
    await following.until(() => following.resumedFrom.length === 2);
    expect(following.resumedFrom).toEqual([null, "2"]);
  });

  test("waits longer from one failure to the next, and begins anew after an event", async () => {
    const away = new CauseError("noWay");
    const third = new PassThrough();
    following = new Following([away, away, third]);
    await following.until(() => following.lost.length === 1);
    expect(following.clock.waiting).toEqual([1000]);
    following.clock.turn(1000);
    await following.until(() => following.lost.length === 2);
    expect(following.clock.waiting).toEqual([2000]);
    following.clock.turn(2000);
    await following.until(() => following.resumedFrom.length === 3);
    third.end(line("1", intent));
    await following.until(() => following.lost.length === 3);
    expect(following.clock.waiting).toEqual([1000]);
  });

  test("that is silent for three heartbeats is dead; heartbeats keep it alive", async () => {
    const stream = new PassThrough();
    following = new Following([stream]);
    await following.until(() => following.resumedFrom.length === 1);
    await new Promise(setImmediate);
    following.clock.turn(44_000);
    stream.write(": heartbeat\n\n");
    await new Promise(setImmediate);
    following.clock.turn(44_000);
    expect(following.lost).toEqual([]);
    following.clock.turn(2000);
    await following.until(() => following.lost.length === 1);
    expect(stream.destroyed).toBe(true);
  });

  test.each(["signedOut", "certificateChanged"] as const)("ends for good with %s", async (cause) => {
    following = new Following([new CauseError(cause)]);
    await following.ended;
    expect(following.lost).toMatchObject([{ cause }]);
  });

  test("ends with the event signedOut", async () => {
    const stream = new PassThrough();
    following = new Following([stream]);
    stream.write(line("1", { type: "signedOut", cause: "revoked" }));
    await following.ended;
    expect(following.events).toEqual([{ type: "signedOut", cause: "revoked" }]);
  });

  test("that says what is not in the contract is taken up behind the last good event", async () => {
    const stream = new PassThrough();
    following = new Following([stream]);
    stream.write(line("1", intent) + line("2", { type: "nonsense" }));
    await following.until(() => following.lost.length === 1);
    following.clock.turn(1000);
    await following.until(() => following.resumedFrom.length === 2);
    expect(following.resumedFrom).toEqual([null, "1"]);
  });
});
