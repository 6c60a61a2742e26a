import type { Command } from "commander";
import type { Context } from "../context.ts";
import type { ExitCode } from "../exit-codes.ts";
import { exitCodes } from "../exit-codes.ts";
import { settingWords } from "./settings.ts";

/** Commands whose argument is the name of a machine. */
const machineCommands = ["check", "connect", "disconnect", "favourite"];

/** `anslut completion bash`: a script made from the commands themselves, so that it never lags behind them. */
export async function bashCompletion({ screen }: Context, program: Command): Promise<ExitCode> {
  const script = bashScript(program);
  screen.result({ script });
  screen.line(script.trimEnd());
  return exitCodes.ok;
}

/** The completion script for bash. Machine names come from an agent that runs; none is started for a Tab. */
export function bashScript(program: Command): string {
  const visible = program.commands.filter((command) => command.name() !== "complete-machines");
  const cases = visible.flatMap((command) => [
    `    ${command.name()}) words="${wordsOf(command)}" ;;`,
    ...command.commands.map((sub) => `    "${command.name()} ${sub.name()}") words="${wordsOf(sub)}" ;;`),
  ]);
  const groups = visible.filter((command) => command.commands.length > 0).map((command) => command.name());
  const files = ["--page", "--output"];
  const valued = [program, ...visible, ...visible.flatMap((command) => command.commands)]
    .flatMap((command) => command.options)
    .filter((option) => option.required || option.optional)
    .map((option) => option.long ?? "")
    .filter((long) => !files.includes(long) && long !== "--language");
  return `# bash completion for anslut; load it with:  source <(anslut completion bash)
_anslut() {
  local current=\${COMP_WORDS[COMP_CWORD]} previous=\${COMP_WORDS[COMP_CWORD-1]} command= words= word name typed
  local globals="${optionsOf(program)}"
  COMPREPLY=()
  case $previous in
    ${files.join("|")}) mapfile -t COMPREPLY < <(compgen -f -- "$current"); return ;;
    --language) mapfile -t COMPREPLY < <(compgen -W "en de sv" -- "$current"); return ;;
    ${[...new Set(valued)].join("|")}) return ;;
  esac
  for word in "\${COMP_WORDS[@]:1:COMP_CWORD-1}"; do
    case $word in
      -*) ;;
      *)
        case $command in
          "") command=$word ;;
          ${groups.join("|")}) command="$command $word" ;;
        esac ;;
    esac
  done
  case $command in
    "") words="${visible.map((command) => command.name()).join(" ")}" ;;
${cases.join("\n")}
  esac
  if [[ $current != -* ]]; then
    case $command in
      ${machineCommands.join("|")})
        # What was typed may be quoted; what is offered must be.
        typed=\${current#[\\"\\']} typed=\${typed//\\\\/}
        while IFS= read -r name; do
          [[ $name == "$typed"* ]] && COMPREPLY+=("$(printf %q "$name")")
        done < <("\${COMP_WORDS[0]}" complete-machines 2>/dev/null)
        return ;;
    esac
  fi
  mapfile -t COMPREPLY < <(compgen -W "$words $globals" -- "$current")
}
complete -F _anslut anslut
`;
}

function wordsOf(command: Command): string {
  const settings = command.name() === "settings" ? settingWords : [];
  return [...command.commands.map((sub) => sub.name()), ...settings, optionsOf(command)]
    .filter((word) => word !== "")
    .join(" ");
}

function optionsOf(command: Command): string {
  return [...command.options.map((option) => option.long ?? ""), "--help"].filter((word) => word !== "").join(" ");
}
