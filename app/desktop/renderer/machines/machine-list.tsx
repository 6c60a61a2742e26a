import { useEffect, useMemo, useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import { Icon } from "../../../../ui/icon.tsx";
import { isMac } from "../frame/key-table.tsx";
import { searchFieldId } from "../frame/shortcuts.ts";
import { useDesk } from "../store.ts";
import { useDirectory } from "./known-directory.ts";
import { type ListKeys, useListKeys } from "./list-keys.ts";
import { EmptyList, ListHints } from "./list-states.tsx";
import { RowGrid } from "./row-grid.tsx";
import { recentOf, rowsOf } from "./rows.ts";

const noneClosed: ReadonlySet<string> = new Set();

/** All machines, found as one types, connected without leaving the keyboard. */
export function MachineList() {
  const { t } = useTranslation();
  const directory = useDirectory();
  const chosen = useDesk((desk) => desk.chosen);
  const choose = useDesk((desk) => desk.choose);
  const [query, setQuery] = useState("");
  const [closed, setClosed] = useState(noneClosed);
  const [active, setActive] = useState<string | null>(chosen);
  const field = useRef<HTMLInputElement>(null);
  const grid = useRef<HTMLDivElement>(null);
  const isSearching = query.trim() !== "";
  const hasBook = directory.entries.length > 0;
  // Those used last stay where they are while one looks: a connection must not move the row it was made from.
  // biome-ignore lint/correctness/useExhaustiveDependencies: anew when the book comes and when a search ends
  const recent = useMemo(() => recentOf(directory), [hasBook, isSearching]);
  const rows = useMemo(() => rowsOf({ directory, query, recent, closed }), [directory, query, recent, closed]);
  const found = isSearching ? rows.length : directory.entries.length;
  const activeIndex = useMemo(() => {
    const index = rows.findIndex((row) => row.key === active);
    if (index >= 0) return index;
    return Math.max(
      0,
      rows.findIndex((row) => row.kind === "machine"),
    );
  }, [rows, active]);

  // Somebody else chose: the tray, a link, a connection in the frame.
  useEffect(() => {
    if (chosen !== null) setActive(chosen);
  }, [chosen]);

  const activate = (key: string): void => {
    setActive(key);
    if (!key.startsWith("group:")) choose(key);
  };
  const search = (text: string): void => {
    setQuery(text);
    // The best hit is what Enter means.
    if (text.trim() !== "") setActive(null);
  };
  const toggle = (key: string): void => {
    const next = new Set(closed);
    if (!next.delete(key)) next.add(key);
    setClosed(next);
    setActive(key);
  };
  const keys: ListKeys = useListKeys({ rows, activeIndex, activate, toggle, search, query, field, grid });

  return (
    <section className="machine-list" aria-label={t("desktop.machines.title")}>
      <search className="search">
        <span className="search-glass">
          <Icon name="search" />
        </span>
        <label className="visually-hidden" htmlFor={searchFieldId}>
          {t("desktop.machines.search")}
        </label>
        <input
          ref={field}
          id={searchFieldId}
          type="search"
          placeholder={t("desktop.keys.search")}
          aria-keyshortcuts={isMac ? "Meta+K" : "Control+K"}
          value={query}
          maxLength={200}
          autoComplete="off"
          spellCheck="false"
          onChange={(event) => search(event.target.value)}
          onKeyDown={keys.inField}
        />
        <p className="count" role="status">
          {hasBook && t("desktop.machines.count", { count: found })}
        </p>
      </search>
      <ListHints />
      {rows.length === 0 ? (
        <EmptyList query={query} />
      ) : (
        <RowGrid
          ref={grid}
          rows={rows}
          activeIndex={activeIndex}
          isChosen={isSearching || active !== null}
          onActivate={activate}
          onToggle={toggle}
          onKeyDown={keys.inGrid}
        />
      )}
    </section>
  );
}
