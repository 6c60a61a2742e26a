import { languages } from "../../../contract/constants.ts";
import type { Preferences } from "../../../contract/preferences.ts";
import type { AgentState } from "../../../contract/state.ts";
import type { Context } from "../context.ts";
import { ask } from "../context.ts";
import type { ExitCode } from "../exit-codes.ts";
import { exitCodes } from "../exit-codes.ts";
import { Stop } from "../failure.ts";
import { tableRows, wrapped } from "../table.ts";

type Name = keyof Preferences;

const flag = { on: true, off: false } as const;

/** Each preference by the word for it on the command line, and its values by theirs. */
const settings: Readonly<
  Record<string, { readonly name: Name; readonly values: Readonly<Record<string, string | boolean | null>> }>
> = {
  language: {
    name: "language",
    values: { system: null, ...Object.fromEntries(languages.map((word) => [word, word])) },
  },
  theme: { name: "theme", values: { system: "system", light: "light", dark: "dark", contrast: "contrast" } },
  "reconnect-after-sleep": { name: "reconnectAfterSleep", values: flag },
  "start-at-login": { name: "startAtLogin", values: flag },
  "keep-secrets": { name: "keepSecrets", values: flag },
};

/** Words for the shell to complete. */
export const settingWords: readonly string[] = Object.keys(settings);

/** `anslut settings [SETTING [VALUE]]`. */
export async function showOrSet(context: Context, word?: string, value?: string): Promise<ExitCode> {
  const chosen = word === undefined ? settingWords : [checkedWord(word)];
  const next = word === undefined || value === undefined ? undefined : checkedValue(word, value);
  const client = await context.agent();
  if (next !== undefined) {
    const preferences: Preferences = { ...client.state.preferences, ...next };
    await ask(context, client, { type: "setPreferences", preferences });
  }
  show(context, client.state, chosen);
  return exitCodes.ok;
}

function show({ screen, texts }: Context, { preferences, fixed }: AgentState, words: readonly string[]): void {
  screen.result({ preferences, fixed });
  const head = (["name", "value", "meaning", "note"] as const).map((column) =>
    texts.say(`cli.settings.head.${column}`),
  );
  const rows = words.flatMap((word) => {
    const setting = settings[word];
    if (setting === undefined) return [];
    const { name, values } = setting;
    const [value = ""] = Object.entries(values).find(([, meant]) => meant === preferences[name]) ?? [];
    const note = fixed.preferences.includes(name) ? texts.say("cli.fixedByPolicy") : "";
    return [[word, value, texts.say(`cli.settings.meaning.${name}`), note]];
  });
  for (const row of tableRows(head, rows)) screen.line(row);
  if (fixed.preferences.length === 0 || fixed.reason === "") return;
  for (const line of wrapped(texts.say("cli.settings.reason", { reason: fixed.reason }), screen.width))
    screen.line(line);
}

function checkedWord(given: string): string {
  if (Object.hasOwn(settings, given)) return given;
  throw new Stop("badRequest", "badSetting", { given, names: settingWords.join(", ") });
}

function checkedValue(word: string, given: string): Partial<Preferences> {
  const { name, values } = settings[word] ?? { name: "", values: {} };
  if (name !== "" && Object.hasOwn(values, given)) return { [name]: values[given] };
  throw new Stop("badRequest", "badSettingValue", { name: word, given, values: Object.keys(values).join(", ") });
}
