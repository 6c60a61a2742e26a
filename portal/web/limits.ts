import type { Clock } from "./store/clock.ts";

/** How many failures are free, and how the wait grows after that. */
export interface LimitRule {
  readonly free: number;
  readonly longestWaitMs: number;
}

interface Count {
  failures: number;
  blockedUntil: number;
  last: number;
}

const minuteMs = 60_000;
const forgetMs = 60 * minuteMs;
const mostKeys = 100_000;

/**
 * Counts failures by key. After `free` of them the key waits a minute, then two, four, … up to the longest wait: attempts in that
 * time fail whatever they bring. An hour without failures is forgotten. In memory: a restart forgives, an attacker cannot
 * cause one.
 */
export class FailureLimit {
  readonly #clock: Clock;
  readonly #rule: LimitRule;
  readonly #counts = new Map<string, Count>();

  constructor(clock: Clock, rule: LimitRule) {
    this.#clock = clock;
    this.#rule = rule;
  }

  isBlocked(key: string): boolean {
    return (this.#counts.get(key)?.blockedUntil ?? 0) > this.#clock.now();
  }

  failed(key: string): void {
    const now = this.#clock.now();
    const before = this.#counts.get(key);
    const failures = before === undefined || before.last < now - forgetMs ? 1 : before.failures + 1;
    const over = failures - this.#rule.free;
    const waitMs = over < 0 ? 0 : Math.min(minuteMs * 2 ** Math.min(over, 20), this.#rule.longestWaitMs);
    // Newest at the end: the oldest keys fall out first when there are too many.
    this.#counts.delete(key);
    this.#counts.set(key, { failures, blockedUntil: waitMs === 0 ? 0 : now + waitMs, last: now });
    if (this.#counts.size > mostKeys) this.#dropOldest();
  }

  succeeded(key: string): void {
    this.#counts.delete(key);
  }

  #dropOldest(): void {
    for (const key of this.#counts.keys()) {
      this.#counts.delete(key);
      return;
    }
  }
}

/** An address as limits count it: an IPv6 customer has a whole /64. */
export function limitKeyOf(address: string): string {
  const plain = address.replace(/^::ffff:(?=\d+\.)/, "");
  if (!plain.includes(":")) return plain;
  const [head = "", tail] = plain.split("::");
  const groups = head === "" ? [] : head.split(":");
  const rest = tail === undefined || tail === "" ? [] : tail.split(":");
  const zeros =
    tail === undefined ? [] : Array.from({ length: Math.max(0, 8 - groups.length - rest.length) }, () => "0");
  return [...groups, ...zeros, ...rest].slice(0, 4).join(":");
}
