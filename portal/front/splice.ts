import type { Socket } from "node:net";

const lastWordsMs = 10_000;

/**
 * Joins two connections: bytes and the end of either direction pass through with back-pressure, and when one side is gone the
 * other follows as soon as what it was owed is written.
 */
export function splice(left: Socket, right: Socket): void {
  follow(left, right);
  follow(right, left);
  left.pipe(right);
  right.pipe(left);
}

function follow(leader: Socket, follower: Socket): void {
  leader.on("error", () => leader.destroy());
  leader.on("close", () => {
    follower.destroySoon();
    // A peer that takes nothing must not keep what is over.
    const timer = setTimeout(() => follower.destroy(), lastWordsMs);
    follower.once("close", () => clearTimeout(timer));
  });
}
