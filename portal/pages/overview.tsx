import type { KeyboardEvent } from "react";
import { useEffect, useRef, useState } from "react";
import { Input } from "react-aria-components/Input";
import { Label } from "react-aria-components/Label";
import { SearchField } from "react-aria-components/SearchField";
import { useTranslation } from "react-i18next";
import type { Machine } from "../../contract/portal.ts";
import { Button } from "../../ui/button.tsx";
import { Icon } from "../../ui/icon.tsx";
import { Light } from "../../ui/light.tsx";
import { Segmented } from "../../ui/segmented.tsx";
import type { Me } from "./api.ts";
import { ConnectDialog } from "./connect-dialog.tsx";
import { lightOf, wordOf } from "./machine-light.ts";
import { MachineRow } from "./machine-row.tsx";
import type { MachineState, Place } from "./place.ts";
import { go, machineStates, placeOf } from "./place.ts";
import { focusPlace, PlaceLink } from "./place-link.tsx";
import { linkOf, useMachines } from "./store.ts";
import { Trouble } from "./trouble.tsx";

type OverviewProps = { readonly me: Me; readonly place: Extract<Place, { page: "overview" }> };

/** The machine whose page one comes back from: the list is left and found where one was. */
let lastOpened: string | null = null;

/** All machines one may reach, found as one types, with their state and the button that connects. */
export function Overview({ me, place }: OverviewProps) {
  const { t } = useTranslation();
  const { machines, total, after, loading, failure, find, more } = useMachines();
  const [chosen, setChosen] = useState<Machine | null>(null);
  const { search, state } = place;
  const list = useRef<HTMLUListElement>(null);
  const box = useRef<HTMLInputElement>(null);

  useEffect(() => {
    document.title = t("overview.pageTitle", { account: me.account });
  }, [t, me.account]);

  useEffect(() => {
    const known = useMachines.getState();
    if (known.search === search && known.filter === state && known.loading === "none") return;
    void find(search, state);
  }, [find, search, state]);

  useEffect(() => {
    if (lastOpened === null) box.current?.focus();
    else focusPlace(lastOpened);
    lastOpened = null;
    return () => {
      const next = placeOf(location.pathname, "");
      lastOpened = next.page === "machine" ? next.machine : null;
    };
  }, []);

  const change = (wish: { readonly search?: string; readonly state?: MachineState }): void =>
    go({ ...place, ...wish }, "replace");

  const isEmpty = machines.length === 0 && loading === "none" && failure === null;
  return (
    <main className="page" aria-busy={loading !== "none"} onKeyDown={(event) => step(event, list.current, box.current)}>
      <h1 className="visually-hidden">{t("overview.machines")}</h1>
      <div className="tools">
        <SearchField className="search" value={search} onChange={(text) => change({ search: text })} maxLength={200}>
          <Label className="visually-hidden">{t("overview.search")}</Label>
          <Icon name="search" />
          <Input ref={box} placeholder={t("overview.search")} />
        </SearchField>
        <Segmented
          label={t("overview.filter")}
          value={state}
          options={machineStates.map((value) => ({ value, text: t(`overview.states.${value}`) }))}
          onChange={(value) => change({ state: value })}
        />
      </div>
      <OwnConnections />
      {failure !== null && (
        <Trouble failure={failure}>
          <Button onPress={() => void find(search, state)}>{t("trouble.again")}</Button>
        </Trouble>
      )}
      <p className="count" role="status">
        {loading === "first" || failure !== null || total === 0
          ? ""
          : t("overview.count", { shown: machines.length, total })}
      </p>
      {isEmpty && (
        <Nothing search={search} state={state} onAll={() => go({ page: "overview", search: "", state: "all" })} />
      )}
      {loading === "first" && machines.length === 0 && <Skeleton />}
      <ul className="machines" aria-label={t("overview.machines")} ref={list}>
        {machines.map((machine) => (
          <MachineRow key={machine.id} machine={machine} me={me} onConnect={() => setChosen(machine)} />
        ))}
      </ul>
      {after !== null && (
        <div className="more">
          <Button onPress={() => void more()}>{loading === "more" ? t("signIn.working") : t("overview.more")}</Button>
        </div>
      )}
      {chosen !== null && <ConnectDialog machine={chosen} onClose={() => setChosen(null)} />}
    </main>
  );
}

/** What one is connected to, wherever it stands in the list. */
function OwnConnections() {
  const { t } = useTranslation();
  const { own, connections } = useMachines();
  const link = useMachines(linkOf);
  if (own.length === 0) return null;
  return (
    <nav className="own" aria-label={t("overview.own")}>
      <span>{t("overview.own")}</span>
      <ul>
        {own.map((machine) => {
          const connection = connections.get(machine.id);
          const state = link === "live" ? connection?.state : null;
          const [user = ""] = machine.present;
          return (
            <li key={machine.id}>
              <PlaceLink to={{ page: "machine", machine: machine.id }}>
                <Light state={lightOf(machine, connection, user, link)} quiet>
                  {t(`machine.light.${wordOf(machine, connection, user, link)}`)}
                </Light>
                {machine.name}
                {state?.state === "connected" && state.roundTripMs !== null && (
                  <span className="quiet">{t("overview.roundTrip", { rtt: state.roundTripMs })}</span>
                )}
              </PlaceLink>
            </li>
          );
        })}
      </ul>
    </nav>
  );
}

type NothingProps = { readonly search: string; readonly state: MachineState; readonly onAll: () => void };

/** No machine at all is the administrator's matter; none that fits is a matter of the search. */
function Nothing({ search, state, onAll }: NothingProps) {
  const { t } = useTranslation();
  if (search === "" && state === "all") {
    return (
      <div className="empty">
        <Icon name="machines" />
        <h2>{t("overview.noMachines")}</h2>
        <p>{t("overview.noMachinesHint")}</p>
      </div>
    );
  }
  return (
    <div className="empty">
      <Icon name="search" />
      <h2>{search === "" ? t(`overview.none.${state}`) : t("overview.nothingFound", { search })}</h2>
      <p>{state === "all" ? t("overview.nothingFoundHint") : t("overview.filteredHint")}</p>
      <Button onPress={onAll}>{t("overview.showAll")}</Button>
    </div>
  );
}

/** The shape of what comes. */
function Skeleton() {
  return (
    <div className="machines skeleton" aria-hidden="true">
      {[1, 2, 3, 4, 5, 6].map((row) => (
        <div className="machine" key={row}>
          <span />
          <span />
          <span />
        </div>
      ))}
    </div>
  );
}

/** Arrow keys go from the search into the list, through the machines, and back; a slash goes to the search from anywhere. */
function step(event: KeyboardEvent, list: HTMLElement | null, box: HTMLInputElement | null): void {
  if (event.ctrlKey || event.metaKey || event.altKey || !(event.target instanceof HTMLElement)) return;
  const typing = event.target === box;
  if (event.key === "/" && !typing && !(event.target instanceof HTMLSelectElement)) {
    event.preventDefault();
    box?.focus();
    return;
  }
  if (event.key !== "ArrowDown" && event.key !== "ArrowUp") return;
  const links = [...(list?.querySelectorAll<HTMLElement>("[data-place]") ?? [])];
  const row = event.target.closest("li");
  const at = links.findIndex((link) => row?.contains(link) === true);
  if (at < 0 && !typing) return;
  event.preventDefault();
  const next = event.key === "ArrowDown" ? links[at + 1] : at === 0 ? box : links[at - 1];
  next?.focus();
}
