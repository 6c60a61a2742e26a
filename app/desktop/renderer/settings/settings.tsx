import { useTranslation } from "react-i18next";
import type { Preferences } from "../../../../contract/preferences.ts";
import { FailureMessage } from "../../../../ui/failure-message.tsx";
import { Icon } from "../../../../ui/icon.tsx";
import { useAbout } from "../about/read-about.ts";
import { Card } from "../panel/card.tsx";
import { languageNames } from "../panel/language-names.ts";
import { Place } from "../panel/place.tsx";
import { useDesk } from "../store.ts";
import { FixedNote } from "./fixed-note.tsx";
import { Options } from "./options.tsx";
import { PortalsCard } from "./portals-card.tsx";
import { changePreference, usePreferenceChange } from "./preference-change.ts";
import { ProxyCard } from "./proxy-card.tsx";
import { Switched } from "./switched.tsx";
import { ThemePicture } from "./theme-picture.tsx";
import "../panel/panel.css";
import "./settings.css";

/** What the person may choose, and what an administrator has fixed. */
export function Settings() {
  const { t } = useTranslation();
  const state = useDesk((desk) => desk.state);
  return (
    <Place name="settings" title={t("panels.settings.title")} intro={t("panels.settings.intro")}>
      {state === undefined ? (
        <p className="panel-quiet">{t("panels.loading")}</p>
      ) : (
        <div className="settings-columns">
          <div className="settings-column">
            <Look preferences={state.preferences} />
            <Behaviour preferences={state.preferences} keyring={state.keyring} />
            <PortalsCard />
          </div>
          <div className="settings-column">
            <ProxyCard />
          </div>
        </div>
      )}
    </Place>
  );
}

function useValue<Name extends keyof Preferences>(name: Name, preferences: Preferences) {
  const wanted = usePreferenceChange((change) => change.wanted);
  const isFixed = useDesk(({ state }) => state?.fixed.preferences.includes(name) ?? false);
  const value = name in wanted ? (wanted[name] as Preferences[Name]) : preferences[name];
  return { value, isFixed, onChange: (next: Preferences[Name]) => void changePreference(name, next) };
}

function Failed({ names }: { readonly names: readonly (keyof Preferences)[] }) {
  const failed = usePreferenceChange((change) => change.failed);
  if (failed === null || !names.includes(failed.name)) return null;
  return <FailureMessage failure={failed.failure} />;
}

function FixedSome({ names }: { readonly names: readonly (keyof Preferences)[] }) {
  const { t } = useTranslation();
  const isFixed = useDesk(({ state }) => names.some((name) => state?.fixed.preferences.includes(name)));
  return isFixed && <FixedNote>{t("panels.settings.fixedNote")}</FixedNote>;
}

function Look({ preferences }: { readonly preferences: Preferences }) {
  const { t } = useTranslation();
  const language = useValue("language", preferences);
  const theme = useValue("theme", preferences);
  return (
    <Card title={t("panels.settings.look")}>
      <FixedSome names={["language", "theme"]} />
      <Options
        label={t("panels.settings.language")}
        value={language.value ?? "system"}
        isFixed={language.isFixed}
        onChange={(chosen) => language.onChange(chosen === "system" ? null : chosen)}
        options={[
          { value: "system", text: t("panels.settings.systemLanguage") },
          ...languageNames.map(({ value, text, lang }) => ({ value, text, lang })),
        ]}
      />
      <Options
        label={t("panels.settings.theme")}
        value={theme.value}
        isFixed={theme.isFixed}
        onChange={theme.onChange}
        options={(["system", "light", "dark", "contrast"] as const).map((value) => ({
          value,
          text: t(`panels.settings.themes.${value}`),
          picture: <ThemePicture theme={value} />,
        }))}
      />
      <Failed names={["language", "theme"]} />
    </Card>
  );
}

function Behaviour({ preferences, keyring }: { readonly preferences: Preferences; readonly keyring: boolean }) {
  const { t } = useTranslation();
  const names = ["reconnectAfterSleep", "startAtLogin", "keepSecrets"] as const;
  const reconnect = useValue("reconnectAfterSleep", preferences);
  const start = useValue("startAtLogin", preferences);
  const secrets = useValue("keepSecrets", preferences);
  const { about } = useAbout();
  const tray = about === null ? "unknown" : about.tray ? "yes" : "no";
  const switches = [
    { name: names[0], ...reconnect },
    { name: names[1], ...start },
    { name: names[2], ...secrets },
  ];
  return (
    <Card title={t("panels.settings.behaviour")}>
      <FixedSome names={names} />
      {switches.map(({ name, value, isFixed, onChange }) => (
        <Switched
          key={name}
          isSelected={value}
          isFixed={isFixed}
          onChange={onChange}
          description={t(`panels.settings.${name}.text`, { tray })}
        >
          {t(`panels.settings.${name}.title`)}
        </Switched>
      ))}
      {!keyring && (
        <p className="message" data-kind="hint">
          <strong>
            <Icon name="lock" /> {t("causes.keyringMissing.headline")}
          </strong>
          <span>{t("causes.keyringMissing.advice")}</span>
        </p>
      )}
      <Failed names={names} />
    </Card>
  );
}
