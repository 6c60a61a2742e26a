import { connect, type Socket } from "node:net";
import { frameKinds, receiveFrames, sendFrame } from "./frames.ts";
import type { Answers, Request } from "./request.ts";

/** Opens the control channel of the lab whose first process has that pid. */
export function connectTo(labPid: number): Socket {
  return connect(`/proc/${labPid}/root/run/anslut-lab/control.sock`);
}

/**
 * Asks the lab for something.
 * @throws with the lab's own words if it cannot
 */
export function ask<Does extends keyof Answers>(
  labPid: number,
  request: Extract<Request, { readonly does: Does }>,
): Promise<Answers[Does]> {
  return new Promise((resolve, reject) => {
    const socket = connectTo(labPid);
    socket.on("error", reject);
    socket.on("close", () => reject(new Error("the lab has gone")));
    receiveFrames(socket, ({ kind, body }) => {
      if (kind === frameKinds.answer) resolve(JSON.parse(body.toString()) as Answers[Does]);
      else reject(new Error(body.toString()));
      socket.end();
    });
    sendFrame(socket, frameKinds.request, JSON.stringify(request));
  });
}
