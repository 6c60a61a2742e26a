import { open } from "node:fs/promises";
import type { IncomingMessage } from "node:http";
import { request } from "node:http";
import { isAbsolute } from "node:path";
import type { Duplex } from "node:stream";
import { fileURLToPath } from "node:url";
import { CauseError, failureOf } from "../../contract/causes.ts";
import type { HelperProgram } from "./helper-program.ts";
import { secureContext } from "./pinned-agent.ts";
import { openRelay } from "./relay-stream.ts";
import { handshake } from "./tls-stream.ts";

/** Where PAC files come from: a path, or a server of the office. */

const maxPacBytes = 1_048_576;
const timeoutMs = 6000;

/**
 * Reads a PAC file by path or by `file:`, `http:` or `https:` URL; over the network through the relay, like everything.
 * Throws `proxySettingInvalid` for what is no source or no PAC file, else what the way there failed with.
 */
export async function readPac(source: string, program: HelperProgram): Promise<string> {
  if (isAbsolute(source)) return await readFileOf(source);
  if (!URL.canParse(source)) throw new CauseError("proxySettingInvalid", "neither an absolute path nor a URL");
  const url = new URL(source);
  switch (url.protocol) {
    case "file:":
      return await readFileOf(fileURLToPath(url));
    case "http:":
    case "https:":
      return await fetchPac(url, program);
    default:
      throw new CauseError("proxySettingInvalid", `${url.protocol} is not supported`);
  }
}

async function readFileOf(path: string): Promise<string> {
  try {
    const file = await open(path, "r");
    try {
      const stat = await file.stat();
      if (!stat.isFile() || stat.size > maxPacBytes) throw new Error("is no file of at most 1 MiB");
      return await file.readFile("utf8");
    } finally {
      await file.close();
    }
  } catch (error) {
    throw new CauseError("proxySettingInvalid", failureOf(error).detail);
  }
}

async function fetchPac(url: URL, program: HelperProgram): Promise<string> {
  const signal = AbortSignal.timeout(timeoutMs);
  const host = url.hostname.replace(/^\[|\]$/g, "");
  const port = url.port === "" ? (url.protocol === "https:" ? 443 : 80) : Number(url.port);
  const relay = openRelay({
    program,
    ways: [{ host, port, proxy: null, wrap: null }],
    timeoutMs: timeoutMs - 1000,
    signal,
  });
  try {
    const stream = url.protocol === "https:" ? await trusted(relay, host) : relay;
    return await get(url, stream, signal);
  } catch (error) {
    if (error instanceof CauseError && error.cause !== "cancelled") throw error;
    throw new CauseError(signal.aborted ? "noWay" : "proxySettingInvalid", failureOf(error).detail);
  } finally {
    relay.destroy();
  }
}

async function trusted(relay: Duplex, host: string): Promise<Duplex> {
  const { socket, shown } = await handshake(relay, host, secureContext(null));
  if (shown.fault === null) return socket;
  socket.destroy();
  throw new CauseError("certificateUntrusted", `${host}: ${shown.fault}`);
}

async function get(url: URL, stream: Duplex, signal: AbortSignal): Promise<string> {
  const response = await new Promise<IncomingMessage>((resolve, reject) => {
    stream.once("error", reject);
    const options = {
      host: url.hostname,
      path: `${url.pathname}${url.search}`,
      headers: { host: url.host, "user-agent": "anslut", accept: "*/*", connection: "close" },
      createConnection: () => stream,
      signal,
    };
    request(options, resolve).on("error", reject).end();
  });
  if (response.statusCode !== 200) throw new CauseError("proxySettingInvalid", `status ${response.statusCode}`);
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of response) {
    size += chunk.length;
    if (size > maxPacBytes) throw new CauseError("proxySettingInvalid", "is larger than 1 MiB");
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString("utf8");
}
