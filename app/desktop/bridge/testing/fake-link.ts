import { AgentLink } from "../agent-link.ts";
import { FakeConnection } from "./fake-connection.ts";

export interface LinkBed {
  readonly link: AgentLink;
  /** What the next attempts to attach come to; the last one counts for all that follow. */
  readonly attempts: (FakeConnection | Error)[];
  /** How long each rest was to be, in milliseconds, with what ends it. */
  readonly rests: { readonly milliseconds: number; readonly end: () => void }[];
  readonly clock: { nowMs: number };
  /** Resolves when the link rests again or is attached. */
  readonly settled: () => Promise<void>;
  /** Resolves when the link rests again. */
  readonly rested: () => Promise<void>;
}

/** A link on agents that the test plays, with rests that end when the test says so. */
export function linkBed(...attempts: (FakeConnection | Error)[]): LinkBed {
  const rests: LinkBed["rests"] = [];
  const clock = { nowMs: 0 };
  let wake = Promise.withResolvers<void>();
  let sleep = Promise.withResolvers<void>();
  const link = new AgentLink({
    attach: async () => {
      const next = attempts.length > 1 ? attempts.shift() : attempts[0];
      if (next instanceof FakeConnection) return next;
      throw next ?? new Error("no attempt was expected");
    },
    wait: (milliseconds, signal) =>
      new Promise((end) => {
        signal.addEventListener("abort", () => end());
        rests.push({ milliseconds, end });
        wake.resolve();
        sleep.resolve();
      }),
    now: () => clock.nowMs,
    random: () => 0.5,
  });
  link.follow({ attached: () => wake.resolve() });
  const settled = async (): Promise<void> => {
    await wake.promise;
    wake = Promise.withResolvers();
  };
  const rested = async (): Promise<void> => {
    await sleep.promise;
    sleep = Promise.withResolvers();
  };
  return { link, attempts, rests, clock, settled, rested };
}
