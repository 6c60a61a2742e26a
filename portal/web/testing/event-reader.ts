import { request } from "node:http";
import type { Event } from "../events.ts";
import type { TestClient } from "./client.ts";
import type { TestPortal } from "./portal.ts";

type Json = Readonly<Record<string, unknown>>;

/** Reads an event stream over a real connection to web's HTTP server (without TLS: listener.test.ts has that). */
export class EventReader {
  readonly events: Event[] = [];
  readonly closed: Promise<void>;
  lastId = "";
  readonly #waiting = new Set<() => void>();
  readonly #close = Promise.withResolvers<void>();
  #pending = "";

  private constructor() {
    this.closed = this.#close.promise;
  }

  static async open(portal: TestPortal, client: TestClient, lastEventId?: string): Promise<EventReader> {
    const reader = new EventReader();
    const port = await portal.plainPort();
    const headers = { ...client.headers, ...(lastEventId === undefined ? {} : { "last-event-id": lastEventId }) };
    await new Promise<void>((resolve, reject) => {
      const get = request({ port, host: "127.0.0.1", path: "/api/v1/events", headers, agent: false }, (answer) => {
        if (answer.statusCode !== 200) reject(new Error(`status ${answer.statusCode}`));
        answer.setEncoding("utf8");
        answer.on("data", (text: string) => reader.#take(text));
        answer.on("close", () => reader.#close.resolve());
        resolve();
      });
      get.on("error", reject);
      get.end();
    });
    return reader;
  }

  /** The first event behind `after` that has these values and passes the test. */
  async expect<Type extends Event["type"]>(
    wanted: { readonly type: Type } & Json,
    test: (event: Extract<Event, { type: Type }>) => boolean = () => true,
    after?: Event,
  ): Promise<Extract<Event, { type: Type }>> {
    const isWanted = (event: Event): event is Extract<Event, { type: Type }> =>
      Object.entries(wanted).every(([key, value]) => JSON.stringify(Reflect.get(event, key)) === JSON.stringify(value));
    for (;;) {
      const from = after === undefined ? 0 : this.events.indexOf(after) + 1;
      const found = this.events.slice(from).find((event) => isWanted(event) && test(event));
      if (found !== undefined && isWanted(found)) return found;
      await new Promise<void>((resolve) => this.#waiting.add(resolve));
    }
  }

  #take(text: string): void {
    const blocks = (this.#pending + text).split("\n\n");
    this.#pending = blocks.pop() ?? "";
    for (const block of blocks) {
      this.lastId = /^id: (.*)$/m.exec(block)?.[1] ?? this.lastId;
      const data = /^data: (.*)$/m.exec(block)?.[1];
      if (data !== undefined) this.events.push(JSON.parse(data) as Event);
    }
    for (const wake of this.#waiting) wake();
    this.#waiting.clear();
  }
}
