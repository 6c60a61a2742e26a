import type { ProxySetting } from "../../../contract/agent.ts";
import { askFilled } from "../answers.ts";
import { hostPortArgument, textArgument } from "../arguments.ts";
import type { Context } from "../context.ts";
import { ask, askFor } from "../context.ts";
import type { ExitCode } from "../exit-codes.ts";
import { exitCodes } from "../exit-codes.ts";
import { Stop } from "../failure.ts";
import { readLines } from "../stdin-lines.ts";

export interface CredentialOptions {
  readonly username?: string;
  readonly passwordStdin?: true;
}

/** `anslut proxy show`. */
export async function showProxy(context: Context): Promise<ExitCode> {
  const { screen, texts } = context;
  const client = await context.agent();
  const { setting, credentials, fixedByPolicy } = await askFor(context, client, { type: "proxy" }, "proxy");
  screen.result({ setting, credentials, fixedByPolicy });
  const notes = [
    ...(credentials ? [texts.say("cli.proxy.credentials")] : []),
    ...(fixedByPolicy ? [texts.say("cli.fixedByPolicy")] : []),
  ];
  screen.line([settingText(context, setting), ...notes].join(", "));
  return exitCodes.ok;
}

/** `anslut proxy none`. */
export function setNoProxy(context: Context): Promise<ExitCode> {
  return set(context, { mode: "none" }, {});
}

/** `anslut proxy environment`: HTTPS_PROXY and the like, as the agent was started with. */
export function setEnvironmentProxy(context: Context, options: CredentialOptions): Promise<ExitCode> {
  return set(context, { mode: "environment" }, options);
}

/** `anslut proxy manual HOST:PORT`. */
export async function setManualProxy(context: Context, given: string, options: CredentialOptions): Promise<ExitCode> {
  return set(context, { mode: "manual", ...hostPortArgument(given) }, options);
}

/** `anslut proxy pac SOURCE`: a path or a URL. */
export async function setPacProxy(context: Context, given: string, options: CredentialOptions): Promise<ExitCode> {
  const source = textArgument(given.trim(), 2000);
  if (source === "") throw new Stop("badRequest", "badPac");
  return set(context, { mode: "pac", source }, options);
}

async function set(context: Context, setting: ProxySetting, options: CredentialOptions): Promise<ExitCode> {
  const credentials = await credentialsOf(context, options);
  const client = await context.agent();
  await ask(context, client, { type: "setProxy", setting, credentials });
  context.screen.result({ done: true });
  context.screen.line(settingText(context, setting));
  return exitCodes.ok;
}

async function credentialsOf(context: Context, options: CredentialOptions) {
  const { username } = options;
  if (username === undefined) {
    if (options.passwordStdin) throw new Stop("badRequest", "usernameNeeded");
    return null;
  }
  if (context.keyboard.present) {
    return { username, password: await askFilled(context, context.texts.say("cli.ask.password"), false) };
  }
  if (!options.passwordStdin) throw new Stop("badRequest", "proxyPasswordNeeded");
  const [password = ""] = await readLines(context.input, 1);
  return { username, password };
}

function settingText({ texts }: Context, setting: ProxySetting): string {
  switch (setting.mode) {
    case "none":
    case "environment":
      return texts.say(`cli.proxy.${setting.mode}`);
    case "manual":
      return texts.say("cli.proxy.manual", { proxy: `${setting.host}:${setting.port}` });
    case "pac":
      return texts.say("cli.proxy.pac", { source: setting.source });
  }
}
