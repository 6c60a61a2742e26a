import { readdirSync, realpathSync } from "node:fs";
import { cp } from "node:fs/promises";
import { join, relative } from "node:path";
import { distDir, root } from "../paths.ts";
import { replace, replaceByCopy, replaceFile } from "../replace.ts";
import { externalPackages } from "./programs.ts";
import type { Built, Step } from "./step.ts";

/** What is copied rather than built: the Node runtime, packages that cannot be bundled, launchers. */
export const installedSteps: readonly Step[] = [
  { name: "runtime", run: copyRuntime },
  { name: "packages", run: copyPackages },
  { name: "launchers", run: writeLaunchers },
];

/** Name in dist/bin and the program it starts. */
const launchers = { anslut: "cli", "anslut-portal": "portal", "anslut-router": "router" } as const;

async function copyRuntime(): Promise<Built> {
  const source = realpathSync(join(root, "node_modules", ".bin", "node"));
  const output = join(distDir, "node");
  await replaceByCopy(output, source, 0o755);
  return { inputs: [source], outputs: [output] };
}

async function copyPackages(): Promise<Built> {
  const installed = join(root, "node_modules");
  // The binary of @napi-rs/keyring is a package of its own, one per system; npm installs the one that fits.
  const binaries = readdirSync(join(installed, "@napi-rs"))
    .filter((name) => name.startsWith("keyring-"))
    .map((name) => `@napi-rs/${name}`);
  const packages = [...externalPackages, ...binaries];
  await replace(join(distDir, "node_modules"), async (temporary) => {
    for (const name of packages) {
      const source = join(installed, name);
      await cp(source, join(temporary, name), {
        recursive: true,
        filter: (path) => isNeededAtRunTime(relative(source, path)),
      });
    }
  });
  return {
    inputs: packages.map((name) => join(installed, name, "package.json")),
    outputs: packages.map((name) => join(distDir, "node_modules", name, "package.json")),
  };
}

function isNeededAtRunTime(path: string): boolean {
  // quickjs-wasi's extensions/ (URL, crypto, …) are nothing a PAC file may use.
  return path !== "extensions" && !/\.(d\.ts|map)$/.test(path);
}

async function writeLaunchers(): Promise<Built> {
  const outputs: string[] = [];
  for (const [name, program] of Object.entries(launchers)) {
    const output = join(distDir, "bin", name);
    await replaceFile(output, launcher(program), 0o755);
    outputs.push(output);
  }
  return { inputs: [], outputs };
}

// A variable of the caller's environment must not load code into the program or weaken its TLS (SECURITY.md).
function launcher(program: string): string {
  return `#!/bin/sh
unset NODE_OPTIONS NODE_EXTRA_CA_CERTS NODE_TLS_REJECT_UNAUTHORIZED
here=$(dirname -- "$(readlink -f -- "$0")")
exec "$here/../node" "$here/../${program}.mjs" "$@"
`;
}
