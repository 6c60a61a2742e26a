import { createSocket, type Socket } from "node:dgram";
import type { Clock } from "../app/dial/clock.ts";
import { echoNonceBytes, echoPort } from "../contract/constants.ts";

// A technician asks about once a second; 500 a second are more than an account has.
const burst = 500;
const refillMs = 1000 / burst;

export interface EchoOptions {
  /** Our address in the tunnel; on no other is anything answered. */
  readonly address: string;
  readonly port?: number;
  readonly clock: Clock;
}

/**
 * Sends each 16-byte nonce back as it came (contract: constants.ts). The answer is as long as the question, so it amplifies
 * nothing; what is longer or shorter, and what comes faster than the bound, is dropped. Rejects when the address is not ours.
 * Returns a disposer.
 */
export async function serveEcho({ address, port = echoPort, clock }: EchoOptions): Promise<() => void> {
  const socket = createSocket("udp4");
  const allow = tokenBucket(clock);
  socket.on("message", (nonce, from) => {
    if (nonce.length === echoNonceBytes && allow()) socket.send(nonce, from.port, from.address, () => undefined);
  });
  await bind(socket, port, address);
  socket.on("error", () => undefined); // one lost answer; the next question gets the next
  return () => socket.close();
}

function bind(socket: Socket, port: number, address: string): Promise<void> {
  return new Promise((resolve, reject) => {
    socket.once("error", reject);
    socket.bind({ port, address, exclusive: true }, () => {
      socket.off("error", reject);
      resolve();
    });
  });
}

/** Says whether one more answer is within the bound, and counts it. */
export function tokenBucket(clock: Clock): () => boolean {
  let tokens = burst;
  let atMs = clock.monotonicMs();
  return () => {
    const nowMs = clock.monotonicMs();
    tokens = Math.min(burst, tokens + (nowMs - atMs) / refillMs);
    atMs = nowMs;
    if (tokens < 1) return false;
    tokens -= 1;
    return true;
  };
}
