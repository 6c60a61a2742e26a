import type { Command } from "commander";
import { CommanderError, Help } from "commander";
import type { ExitName } from "./exit-codes.ts";
import { exitCodes } from "./exit-codes.ts";
import type { StopKey } from "./failure.ts";
import { Stop } from "./failure.ts";
import type { Texts } from "./texts.ts";

/** Makes commander speak the language of `texts`: its titles are English words of its own. */
export function localiseHelp(program: Command, texts: Texts): Command {
  const titles: Readonly<Record<string, string>> = {
    "Usage:": texts.say("cli.help.usage"),
    "Arguments:": texts.say("cli.help.arguments"),
    "Options:": texts.say("cli.help.options"),
    "Global Options:": texts.say("cli.help.globalOptions"),
    "Commands:": texts.say("cli.help.commands"),
  };
  const options = texts.say("cli.help.someOptions");
  const localised = (usage: string) => usage.replace("[options]", options);
  const plain = new Help();
  return program
    .configureHelp({
      showGlobalOptions: true,
      styleTitle: (title) => titles[title] ?? title,
      commandUsage: (command) => localised(plain.commandUsage(command)),
      subcommandTerm: (command) => localised(plain.subcommandTerm(command)),
      // Without the English "(choices: …)".
      optionDescription: (option) => option.description,
    })
    .helpOption("-h, --help", texts.say("cli.options.help"))
    .helpCommand(false)
    .addHelpText("after", () => `\n${exitCodeTable(texts)}`);
}

/** The table of exit codes for the end of the help. */
function exitCodeTable(texts: Texts): string {
  const names = Object.keys(exitCodes).filter((name): name is ExitName => name in exitCodes);
  const rows = names.map((name) => `  ${String(exitCodes[name]).padEnd(4)} ${texts.say(`cli.exitCodes.${name}`)}`);
  return [texts.say("cli.help.exitCodes"), ...rows].join("\n");
}

const usageStops: Readonly<Record<string, StopKey>> = {
  "commander.unknownOption": "unknownOption",
  "commander.unknownCommand": "unknownCommand",
  "commander.missingArgument": "missingArgument",
  "commander.optionMissingArgument": "optionMissingArgument",
  "commander.missingMandatoryOptionValue": "missingArgument",
  "commander.excessArguments": "excessArguments",
  "commander.invalidArgument": "invalidArgument",
};

/** Whether commander ended by showing its help (because it was asked, or because no command was given) or its version. */
export function isShown(error: unknown): error is CommanderError {
  const codes = ["commander.helpDisplayed", "commander.version", "commander.help"];
  return error instanceof CommanderError && codes.includes(error.code);
}

/** A usage error of commander's as a failure of ours. */
export function usageFailure(error: CommanderError): Stop {
  const key = usageStops[error.code] ?? "noCommand";
  // What commander quotes is the word in question; the rest of its message is English.
  const [given = ""] = /'([^']*)'/.exec(error.message)?.[1]?.split(" ") ?? [];
  return new Stop("badRequest", key, { given });
}
