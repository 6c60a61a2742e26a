/**
 * When the next attempt to reconnect starts. The agent is the only one who retries: OpenVPN and relay give up at once.
 * The first retry is immediate (a moved laptop has its new network already); then 1, 2, 5, 10, 20 and from there on
 * 30 s, each ± 20 % so that a portal that comes back does not meet all of its clients in one moment.
 */
const curveSeconds = [0, 1, 2, 5, 10, 20, 30] as const;

/** Delay before attempt `attempt` (1 = the first retry). `random` is from [0, 1). */
export function reconnectDelayMs(attempt: number, random: number): number {
  const seconds = curveSeconds[Math.min(attempt, curveSeconds.length) - 1] ?? 0;
  return Math.round(seconds * 1000 * (0.8 + 0.4 * random));
}
