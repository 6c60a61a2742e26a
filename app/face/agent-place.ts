import { constants } from "node:fs";
import { lstat, open } from "node:fs/promises";
import { homedir } from "node:os";
import { isAbsolute, join } from "node:path";
import { CauseError } from "../../contract/causes.ts";

/** Where the agent of this user listens and keeps the key of its wire. */
export interface AgentPlace {
  readonly folder: string;
  readonly socket: string;
  readonly key: string;
}

/**
 * `$XDG_RUNTIME_DIR/anslut`, or where that is not set `$XDG_STATE_HOME/anslut/run` (XDG base directory specification: a path that
 * is not absolute counts as not set).
 */
export function agentPlace(environment: Readonly<NodeJS.ProcessEnv>): AgentPlace {
  const runtime = absolute(environment.XDG_RUNTIME_DIR);
  const state = absolute(environment.XDG_STATE_HOME) ?? join(environment.HOME || homedir(), ".local", "state");
  const folder = runtime === undefined ? join(state, "anslut", "run") : join(runtime, "anslut");
  return { folder, socket: join(folder, "agent.sock"), key: join(folder, "agent.key") };
}

function absolute(path: string | undefined): string | undefined {
  return path !== undefined && isAbsolute(path) ? path : undefined;
}

/**
 * Refuses a folder that somebody else could have put a socket into. Resolves to whether it is there at all.
 * Throws {@link CauseError} `agentMissing`.
 */
export async function checkFolder(place: AgentPlace): Promise<boolean> {
  const found = await lstat(place.folder).catch((error: NodeJS.ErrnoException) => {
    if (error.code === "ENOENT") return undefined;
    throw new CauseError("agentMissing", `${place.folder}: ${error.message}`);
  });
  if (found === undefined) return false;
  const alone = found.isDirectory() && found.uid === process.getuid?.() && (found.mode & 0o077) === 0;
  if (!alone) throw new CauseError("agentMissing", `${place.folder} is no folder of this user alone (0700)`);
  return true;
}

/** The key of the wire, or undefined while there is none. Throws {@link CauseError} where others could know it. */
export async function readKey(place: AgentPlace): Promise<Uint8Array | undefined> {
  // No symbolic link: it could point to a file whose content somebody else chose.
  const file = await open(place.key, constants.O_RDONLY | constants.O_NOFOLLOW).catch(
    (error: NodeJS.ErrnoException) => {
      if (error.code === "ENOENT") return undefined;
      throw new CauseError("agentMissing", `${place.key}: ${error.message}`);
    },
  );
  if (file === undefined) return undefined;
  try {
    const { uid, mode, size } = await file.stat();
    const secret = uid === process.getuid?.() && (mode & 0o077) === 0 && size >= 32 && size <= 1024;
    if (!secret) throw new CauseError("agentMissing", `${place.key} is no key of this user alone (0600)`);
    return await file.readFile();
  } finally {
    await file.close();
  }
}
