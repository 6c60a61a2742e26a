import { join } from "node:path";
import type { BuildFailure } from "esbuild";
import { build, formatMessages } from "esbuild";
import { distDir, root } from "../paths.ts";
import { replaceFile } from "../replace.ts";
import type { Built, Step } from "./step.ts";

/** dist/<name>.mjs and the file it begins with. */
const entries = {
  agent: "app/agent/main.ts",
  cli: "app/cli/main.ts",
  exchange: "portal/exchange/main.ts",
  front: "portal/front/main.ts",
  portal: "portal/cli/main.ts",
  router: "router/main.ts",
  web: "portal/web/main.ts",
} as const;

/**
 * Packages that cannot live inside a bundle, because they open a file beside themselves: a native module, and
 * quickjs-wasi, which reads `new URL("../quickjs.wasm", import.meta.url)`. `installed.ts` copies them.
 */
export const externalPackages = ["@napi-rs/keyring", "quickjs-wasi"] as const;

// Some packages are CommonJS and call require() for parts of Node; a module has none of its own.
const banner = `import { createRequire as anslutCreateRequire } from "node:module";
import { dirname as anslutDirname } from "node:path";
import { fileURLToPath as anslutFileURLToPath } from "node:url";
const require = anslutCreateRequire(import.meta.url);
const __filename = anslutFileURLToPath(import.meta.url);
const __dirname = anslutDirname(__filename);`;

/** One self-contained module per program, so that dist/ runs without node_modules. */
export const programSteps: readonly Step[] = Object.entries(entries).map(([name, entry]) => ({
  name,
  run: () => bundleProgram(name, entry),
}));

async function bundleProgram(name: string, entry: string): Promise<Built> {
  const outfile = join(distDir, `${name}.mjs`);
  const result = await build({
    absWorkingDir: root,
    entryPoints: [entry],
    outfile,
    bundle: true,
    write: false,
    metafile: true,
    platform: "node",
    format: "esm",
    target: "node24",
    external: [...externalPackages],
    banner: { js: banner },
    // `main` first would pick CommonJS builds, which esbuild can neither shake nor always convert.
    mainFields: ["module", "main"],
    logLevel: "silent",
  }).catch(async (failure: BuildFailure) => {
    throw new Error((await formatMessages(failure.errors, { kind: "error" })).join(""));
  });
  for (const file of result.outputFiles) await replaceFile(file.path, file.contents);
  return {
    inputs: Object.keys(result.metafile.inputs).map((path) => join(root, path)),
    outputs: [outfile],
  };
}
