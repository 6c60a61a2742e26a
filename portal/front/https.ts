import type { Socket } from "node:net";
import { connect } from "node:net";
import type { Ends } from "./proxy-header.ts";
import { proxyHeader } from "./proxy-header.ts";
import { splice } from "./splice.ts";

const attempts = 20;
const betweenAttemptsMs = 250;

/**
 * Hands a TLS connection on to `web`, bytes so far first. When web does not listen (it is being restarted), the caller waits
 * some seconds for it.
 */
export function handToWeb(path: string, caller: Socket, ends: Ends, bytes: Uint8Array): void {
  let left = attempts;
  const attempt = () => {
    if (caller.destroyed) return;
    const web = connect({ path, allowHalfOpen: true });
    const again = () => {
      left -= 1;
      if (left > 0) setTimeout(attempt, betweenAttemptsMs);
      else caller.destroy();
    };
    web.once("error", again);
    web.once("connect", () => {
      web.off("error", again);
      web.write(proxyHeader(ends));
      web.write(bytes);
      splice(caller, web);
    });
  };
  attempt();
}
