import type { HelperLink } from "../tunnel/helper-link.ts";
import type { AgentLog, LogLine } from "./log.ts";
import { redactText } from "./redaction.ts";

/** The agent's log and the helper's, merged by time. */
export class MergedLog {
  readonly #log: AgentLog;
  readonly #helper: HelperLink;

  constructor(log: AgentLog, helper: HelperLink) {
    this.#log = log;
    this.#helper = helper;
  }

  /** The last `limit` lines of both, oldest first. Without a helper, the agent's alone. */
  async lines(limit: number, signal: AbortSignal): Promise<readonly string[]> {
    const [own, helpers] = await Promise.all([this.#log.lines(limit), this.#helperLines(limit, signal)]);
    return [...own, ...helpers]
      .map((line, index) => ({ ...line, index }))
      .sort((a, b) => a.atMs - b.atMs || a.index - b.index)
      .slice(-limit)
      .map(({ text }) => text);
  }

  async #helperLines(limit: number, signal: AbortSignal): Promise<readonly LogLine[]> {
    try {
      const within = AbortSignal.any([signal, AbortSignal.timeout(3000)]);
      const { lines } = await this.#helper.ask({ type: "logs", lines: limit }, within);
      return inTime(lines.map(redactText));
    } catch {
      return [];
    }
  }
}

// A line without a time of its own belongs to the one before it.
function inTime(lines: readonly string[]): readonly LogLine[] {
  let atMs = 0;
  return lines.map((text) => {
    const parsed = Date.parse(/\d{4}-\d{2}-\d{2}T[\d:.]+(?:Z|[+-]\d{2}:?\d{2})/.exec(text)?.[0] ?? "");
    if (!Number.isNaN(parsed)) atMs = parsed;
    return { atMs, text: text.slice(0, 4000) };
  });
}
