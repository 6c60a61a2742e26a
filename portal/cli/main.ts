import { runProgram } from "./program.ts";
import { localeOf, textsFor } from "./texts.ts";

process.umask(0o077);
process.exitCode = await runProgram(process.argv.slice(2), {
  t: await textsFor(localeOf(process.env)),
  stdin: process.stdin,
  print: (text) => process.stdout.write(`${text}\n`),
  complain: (text) => process.stderr.write(`${text}\n`),
});
