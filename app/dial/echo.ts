import { randomBytes } from "node:crypto";
import type { Socket } from "node:dgram";
import { createSocket } from "node:dgram";
import { CauseError } from "../../contract/causes.ts";
import { echoNonceBytes, echoPort } from "../../contract/constants.ts";

export interface EchoOptions {
  readonly address: string;
  /** Our address in the tunnel: the question must not leave by another way. Null: the system's choice. */
  readonly from: string | null;
  readonly timeoutMs: number;
  readonly port?: number;
  readonly signal?: AbortSignal;
}

// One lost packet must not read as a dead tunnel. DHCP's experience: the first one right behind CONNECTED may be lost.
const resendMs = [0, 100, 300, 700, 1500, 3000];

/**
 * Sends a nonce over UDP and waits for it to come back. Resolves to the round trip in milliseconds (of the copy that was
 * answered, at least); undefined: no answer in time. Throws only `cancelled`.
 */
export async function askEcho(options: EchoOptions): Promise<number | undefined> {
  if (options.signal?.aborted) throw new CauseError("cancelled");
  const socket = createSocket("udp4");
  const nonce = randomBytes(echoNonceBytes);
  const timers: NodeJS.Timeout[] = [];
  const { promise, resolve, reject } = Promise.withResolvers<number | undefined>();
  const stop = (): void => reject(new CauseError("cancelled"));
  options.signal?.addEventListener("abort", stop, { once: true });
  try {
    let sentAtMs = performance.now();
    socket.on("error", () => resolve(undefined)); // the address is gone, or no route: no echo
    socket.on("message", (message, sender) => {
      // Anybody may send to this port; only who saw the nonce knows it.
      if (sender.address === options.address && message.equals(nonce)) resolve(performance.now() - sentAtMs);
    });
    await bind(socket, options.from);
    const send = (): void => {
      sentAtMs = performance.now();
      socket.send(nonce, options.port ?? echoPort, options.address, () => undefined);
    };
    for (const delayMs of resendMs.filter((delay) => delay < options.timeoutMs)) timers.push(setTimeout(send, delayMs));
    timers.push(setTimeout(() => resolve(undefined), options.timeoutMs));
    const roundTripMs = await promise;
    return roundTripMs === undefined ? undefined : Math.max(0, Math.round(roundTripMs));
  } finally {
    options.signal?.removeEventListener("abort", stop);
    for (const timer of timers) clearTimeout(timer);
    socket.close();
  }
}

function bind(socket: Socket, address: string | null): Promise<void> {
  return new Promise((resolve) => {
    socket.once("listening", resolve);
    socket.once("error", () => resolve());
    socket.bind(0, address ?? undefined);
  });
}
