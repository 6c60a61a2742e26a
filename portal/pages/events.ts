import type { PortalEvent } from "../../contract/portal.ts";
import { decodePortalEvent } from "../../contract/portal.ts";

/** Listens to the portal's event stream until the returned disposer is called. The browser reconnects and resumes by itself. */
export function listen(take: (event: PortalEvent) => void): () => void {
  const source = new EventSource("/api/v1/events");
  source.onmessage = (message) => take(decodePortalEvent(JSON.parse(message.data)));
  return () => source.close();
}
