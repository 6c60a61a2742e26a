// anslut-router: the machine side of Anslut on a Linux box. Commands: texts `usage`, and README.md beside this file.

import { installedHelper } from "../app/dial/helper-program.ts";
import { failureOf } from "../contract/causes.ts";
import { paths } from "../contract/constants.ts";
import { execute } from "./commands.ts";
import { type ExitCode, exitCodes, RouterProblem } from "./problem.ts";
import { languageOf, loadTexts, type Texts } from "./texts.ts";
import type { Identity } from "./user.ts";

process.umask(0o077);
process.exitCode = await main(process.argv.slice(2));

async function main(words: readonly string[]): Promise<ExitCode> {
  const texts = await loadTexts(languageOf(process.env));
  const stopping = new AbortController();
  for (const signal of ["SIGTERM", "SIGINT", "SIGHUP"] as const) process.once(signal, () => stopping.abort());
  try {
    return await execute(words, {
      texts,
      directory: paths.routerData,
      program: installedHelper,
      identity: ownIdentity(),
      input: process.stdin,
      write: (line) => process.stdout.write(`${line}\n`),
      signal: stopping.signal,
    });
  } catch (error) {
    process.stderr.write(`${explain(error, texts)}\n`);
    return error instanceof RouterProblem ? error.exitCode : exitCodes.failed;
  }
}

function explain(error: unknown, texts: Texts): string {
  if (error instanceof RouterProblem) return texts.problem(error);
  const { cause, detail } = failureOf(error);
  const sentences = `${texts.headline(cause, null)} ${texts.advice(cause, null)}`;
  return detail === "" ? `${sentences} (${cause})` : `${sentences} (${cause}: ${detail})`;
}

/** These functions are missing from `process` on Windows only; the router is a Linux program. */
function ownIdentity(): Identity {
  const { getuid, setgroups, setgid, setuid } = process;
  if (!getuid || !setgroups || !setgid || !setuid) throw new Error("no POSIX system");
  return { getuid, setgroups: (groups) => setgroups([...groups]), setgid, setuid };
}
