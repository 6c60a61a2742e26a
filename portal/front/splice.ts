import type { Socket } from "node:net";

const lastWordsMs = 10_000;

/**
 * Joins two connections: bytes and the end of either direction pass through with back-pressure, and when one side is gone the
 * other follows as soon as what it was owed is written.
 */
export function splice(left: Socket, right: Socket): void {
  follow(left, right);
  follow(right, left);
  pump(left, right);
  pump(right, left);
}

/** Bytes in one beat from which a direction counts as busy: 64 KiB in 4 ms are 130 Mbit/s. */
const busyBytes = 65_536;
const beatMs = 4;
const restMs = 1;

/**
 * Carries one direction. In a busy one it rests for a millisecond after each chunk: OpenVPN writes packet by packet, and what comes
 * meanwhile is carried at once, with a tenth of the calls to the kernel.
 */
function pump(from: Socket, to: Socket): void {
  let beat = 0;
  let carried = 0;
  from.on("data", (chunk: Buffer) => {
    const isTaken = to.write(chunk);
    const now = performance.now();
    if (now - beat > beatMs) {
      beat = now;
      carried = 0;
    }
    carried += chunk.length;
    if (!isTaken) {
      from.pause();
      to.once("drain", () => from.resume());
    } else if (carried > busyBytes) {
      from.pause();
      setTimeout(() => from.resume(), restMs);
    }
  });
  from.on("end", () => to.end());
  from.resume();
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
