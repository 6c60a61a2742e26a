import type { Duplex } from "node:stream";
import { CauseError } from "../../../contract/causes.ts";
import type { PortalLink } from "./portal-link.ts";

/** More than a window needs at once; each is a relay process. */
const mostStreams = 16;

/** Streams to the portal for faces that show its pages. */
export class PortalStreams {
  readonly #open = new Set<Duplex>();
  #opening = 0;

  /** Throws `badRequest` where there are too many, `cancelled`, and what kept us from the portal. */
  async open(link: PortalLink, signal: AbortSignal): Promise<Duplex> {
    if (this.#open.size + this.#opening >= mostStreams) throw new CauseError("badRequest", "too many streams");
    this.#opening++;
    try {
      const stream = await link.openStream();
      if (signal.aborted) {
        stream.destroy();
        throw new CauseError("cancelled");
      }
      this.#open.add(stream);
      stream.once("close", () => this.#open.delete(stream));
      return stream;
    } finally {
      this.#opening--;
    }
  }
}
