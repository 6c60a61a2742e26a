import { useEffect, useState } from "react";
import { Tab, TabList, TabPanel, Tabs } from "react-aria-components/Tabs";
import { useTranslation } from "react-i18next";
import type { WindowDone } from "../../../../contract/window.ts";
import { Button } from "../../../../ui/button.tsx";
import { Choice } from "../../../../ui/choice.tsx";
import { FailureMessage } from "../../../../ui/failure-message.tsx";
import { Icon } from "../../../../ui/icon.tsx";
import { bridge } from "../bridge.ts";
import { mostRows, readJournal, readPortalHistory, useJournals } from "../panel/journal.ts";
import { useLanguage } from "../panel/language.ts";
import { Place } from "../panel/place.tsx";
import { Search } from "../panel/search.tsx";
import { useDesk } from "../store.ts";
import type { Csv } from "./csv.ts";
import { csvColumns, csvOf } from "./csv.ts";
import { useEndedText } from "./ended-text.ts";
import { HistoryList } from "./history-list.tsx";
import type { HistoryRow } from "./rows.ts";
import { findRows, rowsOfJournal, rowsOfPortal } from "./rows.ts";
import "../panel/panel.css";
import "./history.css";

const sides = ["here", "portal"] as const;

/** Longest text that the save call takes. */
const mostSaved = 500_000;

/** This computer's own journal, and the portal's. */
export function History() {
  const { t } = useTranslation();
  const [where, setWhere] = useState<(typeof sides)[number]>("here");
  const [search, setSearch] = useState("");
  const [withTunnels, setWithTunnels] = useState(false);
  const { here, hereFailure, portal, portalFailure, reading } = useJournals();
  const link = useDesk((desk) => desk.agent.link);
  const connections = useDesk(({ state }) =>
    state?.connections.map(({ machine, status }) => machine + status.state).join(),
  );

  // Beginnings and ends of connections are what changes either history.
  // biome-ignore lint/correctness/useExhaustiveDependencies: what changes is the reason to read, not what is read
  useEffect(() => {
    if (link !== "attached") return;
    void readJournal();
    if (where === "portal") void readPortalHistory();
  }, [where, link, connections]);

  const known =
    where === "here"
      ? here && rowsOfJournal(here).filter(({ kind }) => withTunnels || kind === "connection")
      : portal && rowsOfPortal(portal, here ?? []);
  const rows = findRows(known ?? [], search);
  const failure = where === "here" ? hereFailure : portalFailure;

  return (
    <Place name="history" title={t("panels.history.title")} actions={<Export rows={rows} />}>
      <Tabs
        className="panel-tabs"
        selectedKey={where}
        onSelectionChange={(key) => setWhere(key === "portal" ? "portal" : "here")}
      >
        <TabList aria-label={t("panels.history.where")}>
          <Tab id="here">{t("panels.history.here")}</Tab>
          <Tab id="portal">{t("panels.history.portal")}</Tab>
        </TabList>
        {sides.map((side) => (
          <TabPanel key={side} id={side} className="history-panel">
            {side === where && (
              <>
                <div className="history-bar">
                  <Search label={t("panels.history.search")} value={search} onChange={setSearch} />
                  {where === "here" && (
                    <Choice isSelected={withTunnels} onChange={setWithTunnels}>
                      {t("panels.history.tunnels")}
                    </Choice>
                  )}
                  <p className="panel-quiet" role="status">
                    {known !== null &&
                      t("panels.history.count", { count: rows.length, most: known.length >= mostRows ? "yes" : "no" })}
                  </p>
                </div>
                {failure !== null && (
                  <div className="history-failure">
                    <FailureMessage failure={failure} />
                    <div className="panel-actions">
                      <Button onPress={() => void (where === "here" ? readJournal() : readPortalHistory())}>
                        {t("panels.again")}
                      </Button>
                      {where === "portal" && (
                        <Button kind="quiet" onPress={() => setWhere("here")}>
                          {t("panels.history.toHere")}
                        </Button>
                      )}
                    </div>
                  </div>
                )}
                {known === null && failure === null && reading > 0 && (
                  <p className="panel-quiet">{t("panels.loading")}</p>
                )}
                {known !== null && rows.length === 0 && <Empty search={search} where={where} />}
                <HistoryList rows={rows} />
              </>
            )}
          </TabPanel>
        ))}
      </Tabs>
    </Place>
  );
}

function Empty({ search, where }: { readonly search: string; readonly where: "here" | "portal" }) {
  const { t } = useTranslation();
  return (
    <div className="panel-empty">
      <Icon name={search === "" ? "history" : "search"} />
      <p>
        <strong>{search === "" ? t("panels.history.none") : t("panels.history.noneFound", { search })}</strong>
      </p>
      <p className="panel-quiet">
        {t(search === "" ? `panels.history.noneHint.${where}` : "panels.history.noneFoundHint")}
      </p>
    </div>
  );
}

/** Saves what is shown as a table for a spreadsheet. */
function Export({ rows }: { readonly rows: readonly HistoryRow[] }) {
  const { t } = useTranslation();
  const language = useLanguage();
  const ended = useEndedText();
  const [said, setSaid] = useState<{ readonly done: WindowDone; readonly csv: Csv } | null>(null);
  const save = async (): Promise<void> => {
    const head = Object.fromEntries(csvColumns.map((column) => [column, t(`panels.history.csv.${column}`)]));
    // A spreadsheet in a language that writes a comma in its numbers takes a semicolon between cells.
    const separator = language === "en" ? "," : ";";
    const csv = csvOf(rows, { head: head as Parameters<typeof csvOf>[1]["head"], ended, separator }, mostSaved);
    setSaid({ csv, done: await bridge.save({ name: t("panels.history.file"), text: csv.text }) });
  };
  return (
    <>
      <span className="panel-quiet" role="status">
        {said?.done.type === "done" && t("panels.history.saved", { count: said.csv.count })}
        {said?.done.type === "refusal" &&
          t(`causes.${said.done.failure.cause}.headline`, { portal: "none", machine: "none" })}
      </span>
      <Button onPress={() => void save()} isDisabled={rows.length === 0}>
        <Icon name="save" /> {t("panels.history.export")}
      </Button>
    </>
  );
}
