import { spawn } from "node:child_process";
import { chmodSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { createServer, type Socket } from "node:net";
import { join } from "node:path";
import { logFile } from "./daemon.ts";
import { labDirectory } from "./disk.ts";
import { type EntryPlan, entryInto } from "./entry.ts";
import { frameKinds, receiveFrames, sendFrame } from "./frames.ts";
import { killGroup, signalBehind } from "./inhabitant.ts";
import type { Answers, Description, Request } from "./request.ts";
import type { World } from "./world.ts";

/** Seen from the machine, it stands below /proc/<pid of the lab>/root: for root alone, and gone with the lab. */
export const controlSocket = join(labDirectory, "control.sock");

export interface Surroundings {
  readonly world: World;
  readonly describe: () => Description;
  /** What a person's desktop session on a host adds to the environment. */
  readonly desktopOf: (plan: EntryPlan) => Readonly<Record<string, string>>;
  readonly close: () => void;
}

/** Serves requests until the lab ends. */
export function serveControl(surroundings: Surroundings): Promise<void> {
  const server = createServer((socket) => {
    socket.on("error", () => {}); // whoever asked has gone
    let onFrame = (kind: number, body: Buffer): void => {
      if (kind !== frameKinds.request) return;
      const request = JSON.parse(body.toString()) as Request;
      if (request.does === "exec") {
        onFrame = execute(socket, surroundings, request);
        return;
      }
      carryOut(surroundings, request).then(
        (answer) => sendFrame(socket, frameKinds.answer, JSON.stringify(answer)),
        (error: unknown) => sendFrame(socket, frameKinds.error, messageOf(error)),
      );
    };
    receiveFrames(socket, ({ kind, body }) => onFrame(kind, body));
  });
  return new Promise((resolve, reject) => {
    server.on("error", reject);
    server.listen(controlSocket, () => {
      chmodSync(controlSocket, 0o600);
      resolve();
    });
  });
}

async function carryOut(
  { world, describe, desktopOf, close }: Surroundings,
  request: Exclude<Request, { readonly does: "exec" }>,
): Promise<Answers[typeof request.does]> {
  switch (request.does) {
    case "entry":
      return entryInto(world.pidOf(request.host), request, desktopOf(request));
    case "firewall":
      await world.setFirewall(request.firewall, request.proxy);
      return null;
    case "line":
      await world.setLine(request.line, request.change);
      return null;
    case "cable":
      await world.setCable(request.host, request.device, request.plugged);
      return null;
    case "powerCut":
      await world.powerCut(request.host);
      return null;
    case "powerOn":
      await world.powerOn(request.host);
      return null;
    case "sleep":
      await world.sleep(request.host);
      return null;
    case "wake":
      await world.wake(request.host);
      return null;
    case "packets":
      return world.packets(request.host);
    case "log":
      return readFile(logFile(request.host, request.name), "utf8");
    case "describe":
      return describe();
    case "close":
      close();
      return null;
  }
}

/** Runs a program for one connection; returns what to do with the frames that follow. */
function execute(
  socket: Socket,
  { world, desktopOf }: Surroundings,
  plan: EntryPlan,
): (kind: number, body: Buffer) => void {
  try {
    const entry = entryInto(world.pidOf(plan.host), plan, desktopOf(plan));
    const child = spawn(entry.file, entry.args, { env: entry.env, stdio: "pipe", detached: true });
    const pid = child.pid;
    child.on("error", (error) => sendFrame(socket, frameKinds.error, error.message));
    child.on("spawn", () => sendFrame(socket, frameKinds.started, String(pid)));
    child.stdin.on("error", () => {}); // it ended without reading on
    for (const [stream, kind] of [
      [child.stdout, frameKinds.stdout] as const,
      [child.stderr, frameKinds.stderr] as const,
    ]) {
      stream.on("data", (data: Buffer) => {
        if (sendFrame(socket, kind, data) || socket.destroyed) return;
        stream.pause();
        socket.once("drain", () => stream.resume());
      });
    }
    child.on("close", (code, signal) => {
      sendFrame(socket, frameKinds.exit, JSON.stringify({ code, signal }));
      socket.end();
    });
    socket.on("close", () => {
      if (pid !== undefined && child.exitCode === null && child.signalCode === null) killGroup(pid);
    });
    return (kind, body) => {
      if (kind === frameKinds.stdin) child.stdin.write(body);
      if (kind === frameKinds.stdinEnd) child.stdin.end();
      if (kind === frameKinds.signal && pid !== undefined) signalBehind(pid, body.toString() as NodeJS.Signals);
    };
  } catch (error) {
    sendFrame(socket, frameKinds.error, messageOf(error));
    return () => {};
  }
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
