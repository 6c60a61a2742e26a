import { execFile } from "node:child_process";
import { join } from "node:path";
import { promisify } from "node:util";
import { distDir, root } from "../paths.ts";
import { replace } from "../replace.ts";
import type { Built, Step } from "./step.ts";

const run = promisify(execFile);

/** The privileged program on the laptop: one static file without paths of the build machine in it. */
export const helperStep: Step = { name: "helper", run: buildHelper };

async function buildHelper(): Promise<Built> {
  const native = join(root, "native");
  const output = join(distDir, "anslut-helper");
  await replace(output, async (temporary) => {
    const flags = ["-trimpath", "-buildvcs=false", "-ldflags", "-s -w", "-o", temporary];
    await run("go", ["build", ...flags, "./cmd/anslut-helper"], {
      cwd: native,
      env: { ...process.env, CGO_ENABLED: "0" },
    }).catch((error: Error & { readonly stderr?: string }) => {
      throw new Error(error.stderr || error.message);
    });
  });
  return { inputs: [native], outputs: [output] };
}
