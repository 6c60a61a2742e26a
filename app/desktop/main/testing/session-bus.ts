import { spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync } from "node:fs";
import { chmod, mkdtemp, rm, writeFile } from "node:fs/promises";
import { connect, type Socket } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";

const daemon = "/usr/bin/dbus-daemon";
export const hasSessionBus = existsSync(daemon) && existsSync("/usr/bin/dbus-send");

export interface SessionBus {
  /** DBUS_SESSION_BUS_ADDRESS. */
  readonly address: string;
  /** A panel comes: somebody owns the name on the bus. Returns what makes it go. */
  readonly own: (name: string) => Promise<() => Promise<void>>;
  readonly close: () => Promise<void>;
}

/** A real session bus of the test's own, that everybody on this computer may use. */
export async function openSessionBus(): Promise<SessionBus> {
  const folder = await mkdtemp(join(tmpdir(), "anslut-bus-"));
  await chmod(folder, 0o755);
  const path = join(folder, "bus");
  await writeFile(
    join(folder, "bus.conf"),
    `<busconfig><type>session</type><listen>unix:path=${path}</listen><auth>EXTERNAL</auth><policy context="default">
     <allow user="*"/><allow own="*"/><allow send_destination="*"/><allow receive_sender="*"/></policy></busconfig>`,
  );
  const words = [`--config-file=${join(folder, "bus.conf")}`, "--nofork", "--print-address=1"];
  const server = spawn(daemon, words, { stdio: ["ignore", "pipe", "ignore"] });
  await once(server.stdout, "data");
  return {
    address: `unix:path=${path}`,
    own: (name) => ownName(path, name),
    close: async () => {
      const ended = once(server, "exit");
      server.kill();
      await ended;
      await rm(folder, { recursive: true, force: true });
    },
  };
}

async function ownName(path: string, name: string): Promise<() => Promise<void>> {
  const socket = connect(path);
  const uid = Buffer.from(String(process.getuid?.() ?? 0)).toString("hex");
  socket.write(`\0AUTH EXTERNAL ${uid}\r\n`);
  await once(socket, "data");
  socket.write("BEGIN\r\n");
  await call(socket, 1, "Hello", "", Buffer.alloc(0));
  const flags = Buffer.alloc(4);
  await call(socket, 2, "RequestName", "su", Buffer.concat([padded(text(name), 4), flags]));
  return async () => {
    const ended = once(socket, "close");
    socket.resume().end();
    await ended;
  };
}

/** A call of the bus itself, and its answer. */
async function call(socket: Socket, serial: number, member: string, signature: string, body: Buffer): Promise<void> {
  const bus = "org.freedesktop.DBus";
  const fields = [
    field(1, "o", "/org/freedesktop/DBus"),
    field(6, "s", bus),
    field(2, "s", bus),
    field(3, "s", member),
    ...(signature === "" ? [] : [field(8, "g", signature)]),
  ];
  // Each begins at a multiple of 8; the length counts no padding after the last.
  const all = fields.reduce((before, next) => Buffer.concat([padded(before, 8), next]), Buffer.alloc(0));
  const head = Buffer.alloc(16);
  head.set([0x6c, 1, 0, 1]); // little-endian, a call, no flags, version 1
  head.writeUInt32LE(body.length, 4);
  head.writeUInt32LE(serial, 8);
  head.writeUInt32LE(all.length, 12);
  socket.write(Buffer.concat([padded(Buffer.concat([head, all]), 8), body]));
  await once(socket, "data");
}

/** Header field: its code, and a variant with one string (D-Bus specification, "Message Format"). */
function field(code: number, type: "o" | "s" | "g", value: string): Buffer {
  const start = Buffer.from([code, 1, type.charCodeAt(0), 0]);
  const short = Buffer.concat([Buffer.from([value.length]), Buffer.from(`${value}\0`)]);
  return Buffer.concat([start, type === "g" ? short : text(value)]);
}

function text(value: string): Buffer {
  const length = Buffer.alloc(4);
  length.writeUInt32LE(value.length);
  return Buffer.concat([length, Buffer.from(`${value}\0`)]);
}

function padded(bytes: Buffer, to: number): Buffer {
  return Buffer.concat([bytes, Buffer.alloc((to - (bytes.length % to)) % to)]);
}
