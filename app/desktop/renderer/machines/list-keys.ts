import type { KeyboardEvent, RefObject } from "react";
import { flushSync } from "react-dom";
import { useConnect } from "../connect/connect.ts";
import { isMac } from "../frame/key-table.tsx";
import { isHeld } from "../machine/outlook.ts";
import { useDesk } from "../store.ts";
import { toggleFavourite } from "./favourite.ts";
import type { Row } from "./rows.ts";

type ListKeysWish = {
  readonly rows: readonly Row[];
  readonly activeIndex: number;
  readonly activate: (key: string) => void;
  readonly toggle: (key: string) => void;
  readonly search: (text: string) => void;
  readonly query: string;
  readonly field: RefObject<HTMLInputElement | null>;
  readonly grid: RefObject<HTMLDivElement | null>;
};

export type ListKeys = {
  readonly inField: (event: KeyboardEvent) => void;
  readonly inGrid: (event: KeyboardEvent) => void;
};

const page = 10;

/** The keys of search field and list. What the field does not need moves in the list; what the list does not need is typed into the field. */
export function useListKeys(wish: ListKeysWish): ListKeys {
  const { rows, activeIndex, activate, toggle, search, query, field, grid } = wish;
  const row = rows[activeIndex];

  const toField = (): void => {
    field.current?.focus();
  };
  const toGrid = (): void => {
    if (row !== undefined) flushSync(() => activate(row.key));
    grid.current?.querySelector<HTMLElement>("[role=row][tabindex='0']")?.focus();
  };
  const move = (by: number): boolean => {
    const next = rows[Math.max(0, Math.min(rows.length - 1, activeIndex + by))];
    if (next !== undefined) activate(next.key);
    return true;
  };
  const enter = (event: KeyboardEvent): boolean => {
    if (row === undefined) return false;
    if (row.kind === "group") toggle(row.key);
    else {
      activate(row.key);
      connectOrNot(row.key, isCommand(event) ? "atOnce" : "ask");
    }
    return true;
  };
  const fold = (open: boolean): boolean => {
    if (row?.kind === "group") {
      if (row.open !== open) toggle(row.key);
      return true;
    }
    if (open) return false;
    const head = rows.slice(0, activeIndex).findLast(({ kind }) => kind === "group");
    if (head !== undefined) activate(head.key);
    return true;
  };

  /** With two keys beside it: every letter alone belongs to the search. */
  const favourite = (event: KeyboardEvent): boolean => {
    const isIt = isCommand(event) && event.shiftKey && event.key.toLowerCase() === "f";
    if (!isIt || row?.kind !== "machine") return false;
    void toggleFavourite(row.entry);
    return true;
  };

  const inField = (event: KeyboardEvent): void => {
    const done = ((): boolean => {
      if (query.trim() !== "" && favourite(event)) return true;
      switch (event.key) {
        case "ArrowDown":
          toGrid();
          return true;
        case "Enter":
          // Without a search, Enter in an empty field means nothing yet.
          return query.trim() !== "" && enter(event);
        case "Escape":
          if (query !== "") search("");
          else toGrid();
          return true;
        default:
          return false;
      }
    })();
    if (done) event.preventDefault();
  };

  const inGrid = (event: KeyboardEvent): void => {
    if (event.target instanceof HTMLButtonElement && (event.key === "Enter" || event.key === " ")) return;
    if (onRow(event)) event.preventDefault();
  };
  const onRow = (event: KeyboardEvent): boolean => {
    if (favourite(event)) return true;
    switch (event.key) {
      case "ArrowDown":
        return move(1);
      case "ArrowUp":
        if (activeIndex > 0) return move(-1);
        toField();
        return true;
      case "PageDown":
        return move(page);
      case "PageUp":
        return move(-page);
      case "Home":
        return move(-rows.length);
      case "End":
        return move(rows.length);
      case "ArrowLeft":
        return fold(false);
      case "ArrowRight":
        return fold(true);
      case "Enter":
        return enter(event);
      case " ":
        if (row !== undefined) row.kind === "group" ? toggle(row.key) : activate(row.key);
        return true;
      case "Escape":
        if (query !== "") search("");
        toField();
        return true;
      case "/":
        return false; // the window's own
      case "Backspace":
        search(query.slice(0, -1));
        toField();
        return true;
      default:
        if (event.key.length !== 1 || isModified(event)) return false;
        search(query + event.key);
        toField();
        return true;
    }
  };
  return { inField, inGrid };
}

/** The key beside others: Ctrl, on a Mac the command key. */
function isCommand(event: KeyboardEvent): boolean {
  return isMac ? event.metaKey : event.ctrlKey;
}

function isModified(event: KeyboardEvent): boolean {
  return event.ctrlKey || event.metaKey || event.altKey;
}

/** Enter on a machine: ends its connection where there is one, else asks for one or makes it at once. */
function connectOrNot(machine: string, how: "ask" | "atOnce"): void {
  const { disconnect, ask, atOnce } = useConnect.getState();
  const connection = useDesk.getState().state?.connections.find((known) => known.machine === machine);
  if (isHeld(connection)) void disconnect(machine);
  else if (how === "ask") ask(machine);
  else void atOnce(machine);
}
