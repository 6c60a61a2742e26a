#!/usr/bin/env node
import { runCommandLine } from "./command-line.ts";

// A reader that went away (`anslut machines | head`) is no failure of ours.
process.stdout.on("error", (error: NodeJS.ErrnoException) => {
  process.exit(error.code === "EPIPE" ? 0 : 1);
});

process.exitCode = await runCommandLine(process.argv.slice(2), process);
// Nothing waits for the loop to drain: a terminal's input, for one, would keep it alive.
process.exit();
