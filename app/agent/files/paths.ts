import { homedir } from "node:os";
import { join } from "node:path";

/** Where the agent keeps what (XDG Base Directory Specification 0.8; DECISIONS: Constants). */
export interface AgentPaths {
  /** Socket and key; of the user alone, 0700. */
  readonly runDir: string;
  readonly settings: string;
  /** Journal, log, memory of networks and of the tunnel in use. */
  readonly stateDir: string;
}

export function agentPaths(environment: Readonly<Record<string, string | undefined>>): AgentPaths {
  const home = environment.HOME || homedir();
  const absolute = (value: string | undefined) => (value?.startsWith("/") ? value : undefined);
  const stateDir = join(absolute(environment.XDG_STATE_HOME) ?? join(home, ".local", "state"), "anslut");
  const runtime = absolute(environment.XDG_RUNTIME_DIR);
  return {
    runDir: runtime === undefined ? join(stateDir, "run") : join(runtime, "anslut"),
    settings: join(absolute(environment.XDG_CONFIG_HOME) ?? join(home, ".config"), "anslut", "settings.json"),
    stateDir,
  };
}
