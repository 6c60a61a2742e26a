/**
 * The cookies of the portal's own pages. They live in this program's memory and nowhere else: the pages' session ends with it, no
 * disk keeps it, and no page reads it. Only `__Host-` cookies are kept, which is all that a portal sets; their prefix fixes host,
 * path and Secure (RFC 6265bis, 4.1.3.2), so that nothing of a cookie's scope is left to judge.
 */
export class PortalCookies {
  readonly #values = new Map<string, string>();
  readonly #now: () => number;

  /** `now`: milliseconds since 1970. */
  constructor(now: () => number) {
    this.#now = now;
  }

  /** The header of a request, or undefined without cookies. */
  get header(): string | undefined {
    if (this.#values.size === 0) return undefined;
    return [...this.#values].map(([name, value]) => `${name}=${value}`).join("; ");
  }

  /** Takes the `Set-Cookie` lines of an answer. */
  take(lines: readonly string[]): void {
    for (const line of lines) this.#takeLine(line);
  }

  #takeLine(line: string): void {
    const [pair = "", ...attributes] = line.split(";").map((part) => part.trim());
    const [, name = "", value = ""] = /^(__Host-[^=\s]+)=([^\s;]*)$/.exec(pair) ?? [];
    if (name === "") return;
    if (this.#isOver(attributes)) this.#values.delete(name);
    else this.#values.set(name, value);
  }

  #isOver(attributes: readonly string[]): boolean {
    const words = new Map(
      attributes.map((attribute) => {
        const [name = "", ...rest] = attribute.split("=");
        return [name.toLowerCase(), rest.join("=")];
      }),
    );
    // Max-Age goes before Expires (RFC 6265, 5.3).
    const maxAge = words.get("max-age");
    if (maxAge !== undefined) return Number(maxAge) <= 0;
    const expires = words.get("expires");
    return expires !== undefined && Date.parse(expires) <= this.#now();
  }
}
