import { personNamed } from "./people.ts";
import type { HostName } from "./topology.ts";

/** Who runs what on a host, and how. */
export interface EntryPlan {
  readonly host: HostName;
  readonly argv: readonly string[];
  /** A name of `people.ts`; root if left out. */
  readonly user?: string;
  /** Where it runs; the person's home if left out. */
  readonly cwd?: string;
  readonly env?: Readonly<Record<string, string>>;
  /** Capabilities that a system user keeps, as a unit file's AmbientCapabilities: `["net_admin"]`. */
  readonly ambient?: readonly string[];
}

export interface Entry {
  readonly file: string;
  readonly args: readonly string[];
  readonly env: Readonly<Record<string, string>>;
}

/** What nobody's environment goes without. */
const path = "/opt/anslut/bin:/opt/node:/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";

/**
 * The command that runs something on a host as somebody, given the pid of the host's first process. The environment is
 * new, as after a login. `nsenter` waits outside of the host (`inhabitant.ts`); `setpriv` and `env` become the program.
 */
export function entryInto(holderPid: number, plan: EntryPlan, desktop: Readonly<Record<string, string>> = {}): Entry {
  const person = personNamed(plan.user ?? "root");
  const capabilities = (plan.ambient ?? []).map((name) => `,+${name}`).join("");
  const become = [
    `--reuid=${person.uid}`,
    `--regid=${person.uid}`,
    "--init-groups",
    `--inh-caps=-all${capabilities}`,
    ...(capabilities === "" ? [] : [`--ambient-caps=-all${capabilities}`]),
  ];
  return {
    file: "nsenter",
    args: [
      `--target=${holderPid}`,
      ...["--net", "--mount", "--uts", "--pid", "--"],
      ...(person.uid === 0 ? [] : ["setpriv", ...become, "--"]),
      ...["env", `--chdir=${plan.cwd ?? (isHome(person.home) ? person.home : "/")}`, "--"],
      ...plan.argv,
    ],
    env: {
      PATH: path,
      HOME: person.home,
      USER: person.name,
      LOGNAME: person.name,
      SHELL: person.shell,
      LANG: "C.UTF-8",
      ...(isHome(person.home) && person.uid !== 0 ? { XDG_RUNTIME_DIR: `/run/user/${person.uid}` } : {}),
      ...desktop,
      ...plan.env,
    },
  };
}

/** System users have no home to start in. */
function isHome(path: string): boolean {
  return path === "/root" || path.startsWith("/home/");
}
