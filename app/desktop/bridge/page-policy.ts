/** What a place that serves the window's page adds to its policy. */
export interface PageAllowances {
  /** Sources that scripts may connect to. */
  readonly connect: readonly string[];
  /** Sources of frames. */
  readonly frame: readonly string[];
}

/**
 * The Content Security Policy of the window's page: its own files and nothing else. No script or style in the markup, no evaluation, no
 * address that it could speak to, no frame, no form, no base.
 */
export function pagePolicy({ connect, frame }: PageAllowances = { connect: [], frame: [] }): string {
  const directives: Readonly<Record<string, readonly string[]>> = {
    "default-src": ["'none'"],
    "script-src": ["'self'"],
    "style-src": ["'self'"],
    "img-src": ["'self'", "data:"],
    "font-src": ["'self'"],
    "connect-src": connect.length === 0 ? ["'none'"] : connect,
    "frame-src": frame.length === 0 ? ["'none'"] : frame,
    "object-src": ["'none'"],
    "worker-src": ["'none'"],
    "base-uri": ["'none'"],
    "form-action": ["'none'"],
    "frame-ancestors": ["'none'"],
  };
  return Object.entries(directives)
    .map(([name, sources]) => `${name} ${sources.join(" ")}`)
    .join("; ");
}

/** Headers of every file of the page. */
export function pageHeaders(contentType: string, allowances?: PageAllowances): Readonly<Record<string, string>> {
  return {
    "content-type": contentType,
    "content-security-policy": pagePolicy(allowances),
    "x-content-type-options": "nosniff",
    "referrer-policy": "no-referrer",
    "cross-origin-opener-policy": "same-origin",
    "cache-control": "no-store",
  };
}
