/** One part of dist/ that is built on its own, skipped when nothing it read has changed. */
export interface Step {
  readonly name: string;
  /** Builds the part. Throws with a message fit to print; resolves to what it read and wrote (absolute paths). */
  readonly run: () => Promise<Built>;
}

/** See `recordStamp`. */
export interface Built {
  readonly inputs: readonly string[];
  readonly outputs: readonly string[];
}
