// Packs the desktop program as a folder:  node build/package/main.ts --target linux --electron <folder>

import { parseArgs } from "node:util";
import { say } from "../progress.ts";
import { pack } from "./pack.ts";
import type { Target } from "./parts.ts";

const usage = `Usage: node build/package/main.ts --target <linux | windows> --electron <folder> [--parts <folder>] [--output <folder>]

  --electron <folder>  an unpacked Electron runtime of that system, of the version in package.json
  --parts <folder>     for Windows: the system's own parts as they are installed (docs/operating.md)
  --output <folder>    where to; default: release
Build dist/ before: node build/bundle.ts
`;

const { values } = parseArgs({
  options: {
    target: { type: "string" },
    electron: { type: "string" },
    parts: { type: "string" },
    output: { type: "string", default: "release" },
    help: { type: "boolean", default: false },
  },
});
const { target, electron, output, parts } = values;
if (values.help) {
  process.stdout.write(usage);
} else if (!isTarget(target) || electron === undefined || (target === "windows" && parts === undefined)) {
  process.stderr.write(usage);
  process.exitCode = 2;
} else {
  await pack({ target, electron, output, ...(parts === undefined ? {} : { parts }) });
  say(`Packed for ${target}: ${output}`);
}

function isTarget(word: string | undefined): word is Target {
  return word === "linux" || word === "windows";
}
