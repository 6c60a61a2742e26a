import type { Socket } from "node:net";

/**
 * The lab's control channel: one connection a request. Each frame is a kind, a length and that many bytes; the first
 * one is the request. Whoever started a program and closes the connection kills it.
 */
export const frameKinds = {
  request: 1,
  answer: 2,
  error: 3,
  stdin: 4,
  stdinEnd: 5,
  signal: 6,
  stdout: 7,
  stderr: 8,
  exit: 9,
  started: 10,
} as const;

export type FrameKind = (typeof frameKinds)[keyof typeof frameKinds];

export interface Frame {
  readonly kind: number;
  readonly body: Buffer;
}

const headerBytes = 5;

/** Sends one frame; false if the receiver is behind, as `Socket.write`. */
export function sendFrame(socket: Socket, kind: FrameKind, body: Buffer | string = ""): boolean {
  const bytes = typeof body === "string" ? Buffer.from(body) : body;
  const header = Buffer.alloc(headerBytes);
  header.writeUInt8(kind, 0);
  header.writeUInt32BE(bytes.length, 1);
  return socket.write(Buffer.concat([header, bytes]));
}

/** Calls `onFrame` for every frame that arrives. */
export function receiveFrames(socket: Socket, onFrame: (frame: Frame) => void): void {
  let pending: Buffer = Buffer.alloc(0);
  socket.on("data", (data: Buffer) => {
    pending = pending.length === 0 ? data : Buffer.concat([pending, data]);
    while (pending.length >= headerBytes) {
      const end = headerBytes + pending.readUInt32BE(1);
      if (pending.length < end) return;
      const frame = { kind: pending.readUInt8(0), body: pending.subarray(headerBytes, end) };
      pending = pending.subarray(end);
      onFrame(frame);
    }
  });
}
