import { useEffect, useState } from "react";
import { Input } from "react-aria-components/Input";
import { Label } from "react-aria-components/Label";
import { SearchField } from "react-aria-components/SearchField";
import { useTranslation } from "react-i18next";
import type { Machine } from "../../contract/portal.ts";
import { Button } from "../../ui/button.tsx";
import { FailureMessage } from "../../ui/failure-message.tsx";
import type { Me } from "./api.ts";
import { ConnectDialog } from "./connect-dialog.tsx";
import { listen } from "./events.ts";
import { LanguageChoice } from "./language-choice.tsx";
import { MachineRow } from "./machine-row.tsx";
import { useOverview } from "./store.ts";

/** All machines one may reach, found as one types, with their state and the button that connects. */
export function Overview({ me }: { readonly me: Me }) {
  const { t } = useTranslation();
  const { machines, total, after, search, loading, failure, find, more, signOut, take } = useOverview();
  const [chosen, setChosen] = useState<Machine | null>(null);

  useEffect(() => listen(take), [take]);

  return (
    <div className="overview">
      <header className="bar">
        <img src="/icon.svg" alt="" width="32" height="32" />
        <h1>{me.account}</h1>
        <SearchField className="search" value={search} onChange={(text) => void find(text)} autoFocus>
          <Label className="visually-hidden">{t("overview.search")}</Label>
          <Input placeholder={t("overview.search")} />
        </SearchField>
        <LanguageChoice />
        <span className="who">{me.user}</span>
        <Button kind="quiet" onPress={() => void signOut()}>
          {t("overview.signOut")}
        </Button>
      </header>
      <main aria-busy={loading}>
        {failure !== null && <FailureMessage failure={failure} />}
        <p className="count" role="status">
          {t("overview.count", { shown: machines.length, total })}
        </p>
        {machines.length === 0 && !loading && failure === null && (
          <div className="empty">
            <h2>{search === "" ? t("overview.noMachines") : t("overview.nothingFound", { search })}</h2>
            <p>{search === "" ? t("overview.noMachinesHint") : t("overview.nothingFoundHint")}</p>
          </div>
        )}
        <ul className="machines" aria-label={t("overview.machines")}>
          {machines.map((machine) => (
            <MachineRow key={machine.id} machine={machine} onConnect={() => setChosen(machine)} />
          ))}
        </ul>
        {after !== null && (
          <div className="more">
            <Button onPress={() => void more()}>{t("overview.more")}</Button>
          </div>
        )}
      </main>
      {chosen !== null && <ConnectDialog machine={chosen} onClose={() => setChosen(null)} />}
    </div>
  );
}
