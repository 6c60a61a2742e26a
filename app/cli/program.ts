import { Command, Option } from "commander";
import { languages } from "../../contract/constants.ts";
import type { LogsOptions } from "./commands/agent.ts";
import type { CheckOptions } from "./commands/check.ts";
import type { ConnectOptions } from "./commands/connect.ts";
import type { DiagnosticsOptions } from "./commands/diagnostics.ts";
import type { DialOptions } from "./commands/dial.ts";
import type { DoctorOptions } from "./commands/doctor.ts";
import type { FavouriteOptions } from "./commands/favourite.ts";
import type { HistoryOptions } from "./commands/history.ts";
import type { LoginOptions } from "./commands/login.ts";
import type { MachinesOptions } from "./commands/machines.ts";
import type { AddOptions } from "./commands/portal.ts";
import type { CredentialOptions } from "./commands/proxy.ts";
import type { StatusOptions } from "./commands/status.ts";
import type { Context } from "./context.ts";
import type { ExitCode } from "./exit-codes.ts";
import { localiseHelp } from "./help.ts";
import type { Texts } from "./texts.ts";

/** Runs a command once the words are parsed. Commands are loaded on use: `--help` pays for none of them. */
export type Run = (command: (context: Context) => Promise<ExitCode>) => void;

/** Every command with its options and help, in the language of `texts`. Help that nobody asked for goes to `writeError`. */
export function makeProgram(
  texts: Texts,
  version: string,
  run: Run,
  output: { readonly write: (text: string) => void; readonly writeError: (text: string) => void },
): Command {
  const { say } = texts;
  const program = new Command("anslut");
  // Copied to each command that is added from here on.
  const { write, writeError } = output;
  program.exitOverride().configureOutput({ writeOut: write, writeErr: writeError, outputError: () => {} });
  localiseHelp(program, texts);
  program
    .description(say("cli.about"))
    .usage(say("cli.help.usageLine"))
    .version(version, "-V, --version", say("cli.options.version"))
    .option("--json", say("cli.options.json"))
    .addOption(new Option("--language <CODE>", say("cli.options.language")).choices([...languages]));

  addPortalCommands(program, texts, run);
  addSessionCommands(program, texts, run);
  addMachineCommands(program, texts, run);
  addViews(program, texts, run);
  addProxyCommands(program, texts, run);
  addAgentCommands(program, texts, run);
  return program;
}

function group(program: Command, name: string, say: Texts["say"], description: string): Command {
  return program.command(name).description(description).helpCommand(false).usage(say("cli.help.usageLine"));
}

function addPortalCommands(program: Command, { say }: Texts, run: Run): void {
  const portal = group(program, "portal", say, say("cli.commands.portal"));
  portal
    .command("add")
    .description(say("cli.commands.portalAdd"))
    .argument("<HOST[:PORT]>", say("cli.arguments.address"))
    .option("--fingerprint <SHA256>", say("cli.options.fingerprint"))
    .action((address: string, options: AddOptions) =>
      run(async (context) => (await import("./commands/portal.ts")).addPortal(context, address, options)),
    );
  portal
    .command("list")
    .description(say("cli.commands.portalList"))
    .action(() => run(async (context) => (await import("./commands/portal.ts")).listPortals(context)));
  portal
    .command("remove")
    .description(say("cli.commands.portalRemove"))
    .argument("<HOST>", say("cli.arguments.host"))
    .action((host: string) =>
      run(async (context) => (await import("./commands/portal.ts")).removePortal(context, host)),
    );
}

function addSessionCommands(program: Command, { say }: Texts, run: Run): void {
  program
    .command("login")
    .description(say("cli.commands.login"))
    .option("--portal <HOST>", say("cli.options.portal"))
    .option("--account <NAME>", say("cli.options.account"))
    .option("--user <NAME>", say("cli.options.user"))
    .option("--password-stdin", say("cli.options.passwordStdin"))
    .option("--code-stdin", say("cli.options.codeStdin"))
    .option("--remember", say("cli.options.remember"))
    .option("--accept-certificate <SHA256>", say("cli.options.acceptCertificate"))
    .action((options: LoginOptions) =>
      run(async (context) => (await import("./commands/login.ts")).login(context, options)),
    );
  program
    .command("logout")
    .description(say("cli.commands.logout"))
    .action(() => run(async (context) => (await import("./commands/login.ts")).logout(context)));
  withDialOptions(program.command("dial").description(say("cli.commands.dial")), say).action((options: DialOptions) =>
    run(async (context) => (await import("./commands/dial.ts")).dial(context, options)),
  );
  program
    .command("hang-up")
    .description(say("cli.commands.hangUp"))
    .action(() => run(async (context) => (await import("./commands/dial.ts")).hangUp(context)));
}

function withDialOptions(command: Command, say: Texts["say"]): Command {
  return command
    .option("--take-over", say("cli.options.takeOver"))
    .option("--accept-certificate <SHA256>", say("cli.options.acceptCertificate"));
}

function addMachineCommands(program: Command, { say }: Texts, run: Run): void {
  program
    .command("machines")
    .description(say("cli.commands.machines"))
    .argument("[SEARCH...]", say("cli.arguments.search"))
    .option("--all", say("cli.options.all"))
    .option("--favourites", say("cli.options.favourites"))
    .action((words: readonly string[], options: MachinesOptions) =>
      run(async (context) => (await import("./commands/machines.ts")).machines(context, words, options)),
    );
  const connect = program
    .command("connect")
    .description(say("cli.commands.connect"))
    .argument("<MACHINE>", say("cli.arguments.machine"))
    .option("--network <CIDR>", say("cli.options.network"), (network, before: readonly string[] = []) => [
      ...before,
      network,
    ])
    .option("--order <NUMBER>", say("cli.options.order"))
    .option("--reason <TEXT>", say("cli.options.reason"))
    .option("--stand-in", say("cli.options.standIn"))
    .option("--no-dial", say("cli.options.noDial"));
  withDialOptions(connect, say).action((machine: string, options: ConnectOptions) =>
    run(async (context) => (await import("./commands/connect.ts")).connect(context, machine, options)),
  );
  program
    .command("check")
    .description(say("cli.commands.check"))
    .argument("<MACHINE>", say("cli.arguments.machine"))
    .option("--address <ADDRESS>", say("cli.options.checkAddress"))
    .option("--port <PORT>", say("cli.options.checkPort"), (port, before: readonly string[] = []) => [...before, port])
    .action((machine: string, options: CheckOptions) =>
      run(async (context) => (await import("./commands/check.ts")).check(context, machine, options)),
    );
  program
    .command("disconnect")
    .description(say("cli.commands.disconnect"))
    .argument("[MACHINE]", say("cli.arguments.machineOrAll"))
    .action((machine: string | undefined) =>
      run(async (context) => (await import("./commands/connect.ts")).disconnect(context, machine)),
    );
  program
    .command("favourite")
    .description(say("cli.commands.favourite"))
    .argument("<MACHINE>", say("cli.arguments.machine"))
    .option("--remove", say("cli.options.remove"))
    .action((machine: string, options: FavouriteOptions) =>
      run(async (context) => (await import("./commands/favourite.ts")).favourite(context, machine, options)),
    );
}

function addViews(program: Command, { say }: Texts, run: Run): void {
  program
    .command("status")
    .description(say("cli.commands.status"))
    .option("--watch", say("cli.options.watch"))
    .action((options: StatusOptions) =>
      run(async (context) => (await import("./commands/status.ts")).status(context, options)),
    );
  program
    .command("history")
    .description(say("cli.commands.history"))
    .option("--portal", say("cli.options.historyPortal"))
    .option("--limit <N>", say("cli.options.limit"))
    .action((options: HistoryOptions) =>
      run(async (context) => (await import("./commands/history.ts")).history(context, options)),
    );
  program
    .command("note")
    .description(say("cli.commands.note"))
    .argument("<ENTRY>", say("cli.arguments.entry"))
    .argument("<TEXT...>", say("cli.arguments.note"))
    .action((entry: string, words: readonly string[]) =>
      run(async (context) => (await import("./commands/note.ts")).note(context, entry, words)),
    );
  program
    .command("doctor")
    .description(say("cli.commands.doctor"))
    .argument("[HOST]", say("cli.arguments.host"))
    .option("--page <FILE>", say("cli.options.page"))
    .action((host: string | undefined, options: DoctorOptions) =>
      run(async (context) => (await import("./commands/doctor.ts")).doctor(context, host, options)),
    );
}

function addProxyCommands(program: Command, { say }: Texts, run: Run): void {
  const proxy = group(program, "proxy", say, say("cli.commands.proxy"));
  const withCredentials = (command: Command) =>
    command
      .option("--username <NAME>", say("cli.options.proxyUsername"))
      .option("--password-stdin", say("cli.options.passwordStdin"));
  proxy
    .command("show")
    .description(say("cli.commands.proxyShow"))
    .action(() => run(async (context) => (await import("./commands/proxy.ts")).showProxy(context)));
  proxy
    .command("none")
    .description(say("cli.commands.proxyNone"))
    .action(() => run(async (context) => (await import("./commands/proxy.ts")).setNoProxy(context)));
  withCredentials(proxy.command("environment").description(say("cli.commands.proxyEnvironment"))).action(
    (options: CredentialOptions) =>
      run(async (context) => (await import("./commands/proxy.ts")).setEnvironmentProxy(context, options)),
  );
  withCredentials(
    proxy
      .command("manual")
      .description(say("cli.commands.proxyManual"))
      .argument("<HOST:PORT>", say("cli.arguments.proxy")),
  ).action((address: string, options: CredentialOptions) =>
    run(async (context) => (await import("./commands/proxy.ts")).setManualProxy(context, address, options)),
  );
  withCredentials(
    proxy.command("pac").description(say("cli.commands.proxyPac")).argument("<SOURCE>", say("cli.arguments.pac")),
  ).action((source: string, options: CredentialOptions) =>
    run(async (context) => (await import("./commands/proxy.ts")).setPacProxy(context, source, options)),
  );
}

function addAgentCommands(program: Command, { say }: Texts, run: Run): void {
  program
    .command("logs")
    .description(say("cli.commands.logs"))
    .option("--lines <N>", say("cli.options.lines"))
    .action((options: LogsOptions) =>
      run(async (context) => (await import("./commands/agent.ts")).logs(context, options)),
    );
  program
    .command("diagnostics")
    .description(say("cli.commands.diagnostics"))
    .option("--output <FILE>", say("cli.options.output"))
    .action((options: DiagnosticsOptions) =>
      run(async (context) => (await import("./commands/diagnostics.ts")).diagnostics(context, options)),
    );
  program
    .command("settings")
    .description(say("cli.commands.settings"))
    .argument("[SETTING]", say("cli.arguments.setting"))
    .argument("[VALUE]", say("cli.arguments.value"))
    .action((setting: string | undefined, value: string | undefined) =>
      run(async (context) => (await import("./commands/settings.ts")).showOrSet(context, setting, value)),
    );
  program
    .command("quit")
    .description(say("cli.commands.quit"))
    .action(() => run(async (context) => (await import("./commands/agent.ts")).quit(context)));
  const completion = group(program, "completion", say, say("cli.commands.completion"));
  completion
    .command("bash")
    .description(say("cli.commands.completionBash"))
    .action(() => run(async (context) => (await import("./commands/completion.ts")).bashCompletion(context, program)));
  program
    .command("complete-machines", { hidden: true })
    .action(() => run(async (context) => (await import("./commands/agent.ts")).completeMachines(context)));
}
