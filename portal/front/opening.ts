import type { Socket } from "node:net";
import { tunnelAlpn } from "../../contract/constants.ts";
import { readClientHello } from "./client-hello.ts";
import type { Opening } from "./first-packet.ts";
import { readOpening } from "./first-packet.ts";

/** What a stranger wants. */
export type Wish =
  | Exclude<Opening, { kind: "tls" }>
  | { readonly kind: "https" }
  /** A tunnel inside TLS of our own. */
  | { readonly kind: "wrapped" };

/** Judges what came in so far on one of our ports. */
export function readWish(bytes: Uint8Array): Wish {
  const opening = readOpening(bytes);
  if (opening.kind !== "tls") return opening;
  const hello = readClientHello(bytes);
  if (hello.kind !== "hello") return hello;
  return { kind: hello.protocols.includes(tunnelAlpn) ? "wrapped" : "https" };
}

/** Judges what came in so far inside the TLS of a wrapped tunnel: TLS within TLS is nobody's wish. */
export function readWrappedWish(bytes: Uint8Array): Wish {
  const opening = readOpening(bytes);
  return opening.kind === "tls" ? { kind: "garbage" } : opening;
}

/** Time until the first byte, and from it until the opening is whole. */
const firstByteMs = 3_000;
const wholeMs = 5_000;

/**
 * Listens to a stranger until his wish is known, and leaves the socket paused with nothing lost: `bytes` is all that came.
 * Garbage, silence and a hang-up give undefined and a closed socket; not one byte is answered.
 */
export function hearOut(
  socket: Socket,
  judge: (bytes: Uint8Array) => Wish,
): Promise<{ readonly wish: Exclude<Wish, { kind: "incomplete" | "garbage" }>; readonly bytes: Buffer } | undefined> {
  return new Promise((resolve) => {
    let bytes: Buffer = Buffer.alloc(0);
    let timer = setTimeout(giveUp, firstByteMs);

    function finish(): void {
      clearTimeout(timer);
      socket.pause();
      socket.off("data", hear);
      socket.off("end", giveUp);
      socket.off("close", giveUp);
    }
    function giveUp(): void {
      finish();
      socket.destroy();
      resolve(undefined);
    }
    function hear(chunk: Buffer): void {
      if (bytes.length === 0) {
        clearTimeout(timer);
        timer = setTimeout(giveUp, wholeMs);
        bytes = chunk;
      } else {
        bytes = Buffer.concat([bytes, chunk]);
      }
      const wish = judge(bytes);
      if (wish.kind === "incomplete") return;
      if (wish.kind === "garbage") {
        giveUp();
      } else {
        finish();
        resolve({ wish, bytes });
      }
    }

    socket.on("data", hear);
    socket.on("end", giveUp);
    socket.on("close", giveUp);
  });
}
