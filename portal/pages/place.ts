import { useSyncExternalStore } from "react";

/** How machines may be filtered; `all` is no filter. */
export const machineStates = ["all", "online", "offline", "used"] as const;
export type MachineState = (typeof machineStates)[number];

/** What a page shows. Each has an address of its own, so that the back button, a bookmark and a reload work. */
export type Place =
  | { readonly page: "overview"; readonly search: string; readonly state: MachineState }
  | { readonly page: "machine"; readonly machine: string }
  | { readonly page: "profile" }
  | { readonly page: "nowhere" };

export const overview: Place = { page: "overview", search: "", state: "all" };

/** The place that an address names. */
export function placeOf(path: string, query: string): Place {
  const parts = path.split("/").filter((part) => part !== "");
  if (parts.length === 0) {
    const values = new URLSearchParams(query);
    const state = machineStates.find((known) => known === values.get("state")) ?? "all";
    return { page: "overview", search: (values.get("search") ?? "").slice(0, 200), state };
  }
  const [first, second] = parts;
  if (first === "profile" && parts.length === 1) return { page: "profile" };
  // Ids as contract/values.ts has them: anything else is no machine, and is not asked for.
  if (first === "machines" && parts.length === 2 && /^[0-9A-Za-z_-]{1,64}$/.test(second ?? "")) {
    return { page: "machine", machine: second ?? "" };
  }
  return { page: "nowhere" };
}

/** The address of a place. */
export function addressOf(place: Place): string {
  switch (place.page) {
    case "overview": {
      const values = new URLSearchParams();
      if (place.search !== "") values.set("search", place.search);
      if (place.state !== "all") values.set("state", place.state);
      return values.size === 0 ? "/" : `/?${values}`;
    }
    case "machine":
      return `/machines/${place.machine}`;
    case "profile":
      return "/profile";
    case "nowhere":
      return location.pathname;
  }
}

const moved = new EventTarget();

/** Goes to a place; `replace` where the step before is not worth coming back to. */
export function go(place: Place, how: "push" | "replace" = "push"): void {
  if (how === "push") history.pushState(null, "", addressOf(place));
  else history.replaceState(null, "", addressOf(place));
  moved.dispatchEvent(new Event("moved"));
}

/** Where the page is, also after back and forward. */
export function usePlace(): Place {
  const address = useSyncExternalStore(subscribe, () => location.pathname + location.search);
  const [path = "/", query = ""] = address.split(/\?(.*)/s);
  return placeOf(path, query);
}

function subscribe(changed: () => void): () => void {
  window.addEventListener("popstate", changed);
  moved.addEventListener("moved", changed);
  return () => {
    window.removeEventListener("popstate", changed);
    moved.removeEventListener("moved", changed);
  };
}
