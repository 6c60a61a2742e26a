import { useLayoutEffect } from "react";
import { flushSync } from "react-dom";
import { useDesk } from "../store.ts";
import { isMac } from "./key-table.tsx";
import { useKeyboardHelp } from "./keyboard-help.tsx";
import { isProgramKey } from "./menu-keys.ts";
import { places } from "./places.ts";

/** The field that Ctrl+K and / lead to. */
export const searchFieldId = "machine-search";

/** The window's own keys; those of the machine list are its own (machines/list-keys.ts). */
export function useShortcuts(): void {
  // With the first picture: what is pressed as soon as one sees the window must count.
  useLayoutEffect(() => {
    const onKey = (event: KeyboardEvent): void => {
      if (event.defaultPrevented || event.isComposing) return;
      const isCovered = document.querySelector("[role=dialog]") !== null;
      if (isCovered ? isProgramKey(event, isMac) : act(event)) event.preventDefault();
    };
    window.addEventListener("keydown", onKey);
    return () => window.removeEventListener("keydown", onKey);
  }, []);
}

function act(event: KeyboardEvent): boolean {
  const control = isMac ? event.metaKey : event.ctrlKey;
  if (event.key === "F1") {
    useKeyboardHelp.getState().open();
    return true;
  }
  if (control && event.key.toLowerCase() === "k") return toSearch();
  const place = control && !event.shiftKey && !event.altKey ? places[Number(event.key) - 1] : undefined;
  if (place !== undefined) {
    useDesk.getState().go(place);
    return true;
  }
  const plain = !event.ctrlKey && !event.metaKey && !event.altKey;
  return plain && event.key === "/" && !isTyping(event.target) && toSearch();
}

function isTyping(target: EventTarget | null): boolean {
  return target instanceof HTMLElement && target.closest("input, textarea, select, [contenteditable]") !== null;
}

function toSearch(): boolean {
  // The place may have to be made first, and what is typed next must find the field.
  flushSync(() => useDesk.getState().go("machines"));
  const field = document.getElementById(searchFieldId);
  if (field instanceof HTMLInputElement) {
    // In a narrow window the chosen machine stands where the list is: the list has to come back first.
    if (!field.checkVisibility()) flushSync(() => useDesk.getState().choose(null));
    field.focus();
    field.select();
  }
  return true;
}
