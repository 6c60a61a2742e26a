import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { EventBlocks } from "./event-blocks.ts";

const stream = 'id: a-1\ndata: {"type":"resync"}\n\n:\n\nid: a-2\ndata: {"text":"Ärger: 1"}\n\n';

describe("an event stream", () => {
  it("is cut into its blocks, heartbeats among them", () => {
    expect(new EventBlocks().push(stream)).toEqual([
      { id: "a-1", data: '{"type":"resync"}' },
      { id: null, data: null },
      { id: "a-2", data: '{"text":"Ärger: 1"}' },
    ]);
  });

  it("is read the same however the network cuts it", () => {
    const whole = new EventBlocks().push(stream);
    fc.assert(
      fc.property(fc.array(fc.nat(stream.length), { maxLength: 8 }), (cuts) => {
        const blocks = new EventBlocks();
        const places = [0, ...cuts.toSorted((a, b) => a - b), stream.length];
        const read = places.slice(1).flatMap((end, index) => blocks.push(stream.slice(places[index], end)));
        expect(read).toEqual(whole);
      }),
    );
  });

  it("that never ends an event is given up", () => {
    const blocks = new EventBlocks();
    const pour = () => {
      for (let count = 0; count < 20; count++) blocks.push("x".repeat(100_000));
    };
    expect(pour).toThrow("without end");
  });
});
