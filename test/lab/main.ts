// The lab on the command line: npm run lab.

import { type Arguments, type OpenArguments, readArguments, usage } from "./arguments.ts";
import { ask } from "./ask.ts";
import { Lab } from "./lab.ts";
import { openLab } from "./open.ts";
import { overview } from "./overview.ts";
import { chooseLab, runningLabs } from "./running.ts";
import { findScript } from "./script.ts";
import { runHere } from "./terminal.ts";

try {
  process.exitCode = await main(readArguments(process.argv.slice(2)));
  process.stdin.destroy(); // whoever holds the other end need not have closed it
} catch (error) {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = 1;
}

function main(args: Arguments): Promise<number> {
  switch (args.does) {
    case "help":
      process.stdout.write(usage);
      return Promise.resolve(0);
    case "shell":
      return shell(args);
    case "run":
      return runScript(args);
    case "exec":
      return execute(args);
  }
}

async function shell(args: OpenArguments): Promise<number> {
  const lab = await open(args);
  process.stdout.write(overview(lab));
  if (!process.stdin.isTTY) {
    // Nobody to type: it stands until stdin ends, or we do.
    process.stdin.on("end", () => void lab.close()).resume();
    await lab.ended;
    return process.stdin.readableEnded ? 0 : 1;
  }
  await runHere(lab, { host: "laptop", user: "tech", argv: ["bash"], env: lab.description.variables });
  await lab.close();
  return 0;
}

async function runScript(args: Extract<Arguments, { readonly does: "run" }>): Promise<number> {
  const script = await findScript(args.script, args.args);
  const lab = await open(args, script.directory);
  const env = lab.description.variables;
  const code = await runHere(lab, { host: "laptop", user: "tech", argv: script.argv, env });
  await lab.close();
  return code;
}

async function execute(args: Extract<Arguments, { readonly does: "exec" }>): Promise<number> {
  const pid = chooseLab(runningLabs(), args.lab);
  const description = await ask(pid, { does: "describe" });
  const lab = new Lab(pid, description, async () => {}, new Promise(() => {}));
  return runHere(lab, { host: args.host, user: args.user, argv: args.argv, env: description.variables });
}

function open(args: OpenArguments, scriptDirectory?: string): Promise<Lab> {
  return openLab({
    office: args.office,
    proxy: args.proxy,
    roundTripMs: { office: args.roundTripMs },
    stands: args.stands,
    visibility: "shared",
    ...(args.share === undefined ? {} : { share: args.share }),
    ...(scriptDirectory === undefined ? {} : { scripts: scriptDirectory }),
  });
}
