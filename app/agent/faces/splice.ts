import type { Socket } from "node:net";
import type { Duplex } from "node:stream";

const lastWordsMs = 10_000;

/**
 * Joins a face's connection and a stream to the portal: bytes and the end of either direction pass through with back-pressure,
 * `first` before all others, and when one side is gone the other follows as soon as what it was owed is written.
 */
export function splice(face: Socket, first: Uint8Array, portal: Duplex): void {
  // Either may end what it says and wait for the answer (checked when the end comes: node:stream, allowHalfOpen).
  face.allowHalfOpen = true;
  portal.allowHalfOpen = true;
  follow(face, portal);
  follow(portal, face);
  if (first.length > 0) portal.write(first);
  face.pipe(portal);
  portal.pipe(face);
}

function follow(leader: Duplex, follower: Duplex): void {
  leader.on("error", () => leader.destroy());
  leader.on("close", () => {
    if (follower.destroyed) return;
    follower.end();
    if (follower.writableFinished) follower.destroy();
    else follower.once("finish", () => follower.destroy());
    // A peer that takes nothing must not keep what is over.
    const timer = setTimeout(() => follower.destroy(), lastWordsMs);
    follower.once("close", () => clearTimeout(timer));
  });
}
