import { describe, expect, it } from "vitest";
import type { EventSink } from "./events.ts";
import { EventHub } from "./events.ts";
import type { Session } from "./sessions.ts";
import { TestClock } from "./testing/clock.ts";

const session = (id: string, more: Partial<Session> = {}): Session => ({
  ...{
    id,
    client: "agent",
    account: "a",
    accountName: "A",
    user: "u",
    userName: "U",
    secondFactor: false,
    address: "",
  },
  expires: Number.MAX_SAFE_INTEGER,
  ...more,
});

class Reader implements EventSink {
  readonly texts: string[] = [];
  ended = false;
  slow = false;
  readonly write = (text: string) => {
    this.texts.push(text);
    return !this.slow;
  };
  readonly end = () => {
    this.ended = true;
  };
  get events() {
    return this.texts.flatMap((text) => (text.includes("data: ") ? [JSON.parse(text.split("data: ")[1] ?? "")] : []));
  }
  get lastId() {
    return this.texts.flatMap((text) => /^id: (.*)$/m.exec(text)?.[1] ?? []).at(-1) ?? "";
  }
}

const removed = (machine: string) => ({ type: "machineRemoved" as const, machine });

describe("event streams", () => {
  it("begin with resync, so that nothing between reading and listening is missed", () => {
    const hub = new EventHub(new TestClock());
    const reader = new Reader();
    hub.subscribe(session("s"), null, reader);
    expect(reader.events).toEqual([{ type: "resync" }]);
  });

  it("resume behind the last event that was seen", () => {
    const hub = new EventHub(new TestClock());
    const first = new Reader();
    const close = hub.subscribe(session("s"), null, first);
    hub.publish("u", removed("m1"));
    close();
    hub.publish("u", removed("m2"));
    hub.publish("u", removed("m3"));
    const second = new Reader();
    hub.subscribe(session("s"), first.lastId, second);
    expect(second.events).toEqual([removed("m2"), removed("m3")]);
  });

  it("resync when the gap is too long, the id from an earlier run, or nobody listened for ten minutes", () => {
    const clock = new TestClock();
    const hub = new EventHub(clock);
    const first = new Reader();
    const close = hub.subscribe(session("s"), null, first);
    for (let count = 0; count < 300; count++) hub.publish("u", removed(`m${count}`));
    const late = new Reader();
    hub.subscribe(session("s"), first.lastId.replace(/\d+$/, "3"), late)();
    expect(late.events).toEqual([{ type: "resync" }]);
    const foreign = new Reader();
    hub.subscribe(session("s"), "abc-5", foreign)();
    expect(foreign.events).toEqual([{ type: "resync" }]);
    const id = first.lastId;
    close();
    clock.pass(11 * 60_000);
    hub.publish("u", removed("missed"));
    const again = new Reader();
    hub.subscribe(session("s"), id, again);
    expect(again.events).toEqual([{ type: "resync" }]);
  });

  it("carry no event of another user, and agents' events to agents alone", () => {
    const hub = new EventHub(new TestClock());
    const [agent, page, stranger] = [new Reader(), new Reader(), new Reader()];
    hub.subscribe(session("s1"), null, agent);
    hub.subscribe(session("s2", { client: "page" }), null, page);
    hub.subscribe(session("s3", { user: "other" }), null, stranger);
    hub.publish("u", removed("m"), "agents");
    hub.publish("u", removed("n"));
    expect(agent.events.slice(1)).toEqual([removed("m"), removed("n")]);
    expect(page.events.slice(1)).toEqual([removed("n")]);
    expect(stranger.events.slice(1)).toEqual([]);
  });

  it("end with signedOut when the session is over", () => {
    const clock = new TestClock();
    const hub = new EventHub(clock);
    const [revoked, expired] = [new Reader(), new Reader()];
    hub.subscribe(session("s1"), null, revoked);
    hub.subscribe(session("s2", { expires: clock.now() + 5000 }), null, expired);
    hub.signOut("s1", "signedOut");
    expect(revoked.events.at(-1)).toEqual({ type: "signedOut", cause: "signedOut" });
    expect([revoked.ended, expired.ended]).toEqual([true, false]);
    clock.pass(5000);
    expect(expired.ended).toBe(true);
  });

  it("of one person are 32 at most: the oldest gives way", () => {
    const hub = new EventHub(new TestClock());
    const readers = Array.from({ length: 33 }, () => new Reader());
    for (const reader of readers) hub.subscribe(session("s"), null, reader);
    expect(readers.map(({ ended }) => ended)).toEqual([true, ...Array(32).fill(false)]);
  });

  it("beat every 15 s, and drop a reader that does not read", () => {
    const clock = new TestClock();
    const hub = new EventHub(clock);
    const [quick, slow] = [new Reader(), new Reader()];
    hub.subscribe(session("s1"), null, quick);
    hub.subscribe(session("s2"), null, slow);
    slow.slow = true;
    clock.pass(15_000);
    expect(quick.texts.at(-1)).toBe(":\n\n");
    expect([quick.ended, slow.ended]).toEqual([false, true]);
    expect(hub.sessions()).toEqual(["s1"]);
  });
});
