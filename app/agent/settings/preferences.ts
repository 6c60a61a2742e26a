import { CauseError } from "../../../contract/causes.ts";
import type { FixedPreferences, Preferences } from "../../../contract/preferences.ts";
import { initialPreferences, preferenceNames } from "../../../contract/preferences.ts";
import type { AgentState } from "../../../contract/state.ts";
import type { KeptFile } from "../files/kept-file.ts";
import type { KeptSecrets } from "../session/kept-secrets.ts";
import type { Store } from "../store.ts";
import type { PolicyRead } from "./policy.ts";
import type { Settings } from "./settings.ts";

export interface PreferenceKeeperOptions {
  readonly store: Store;
  readonly settings: KeptFile<Settings>;
  readonly policy: () => Promise<PolicyRead>;
  readonly secrets: KeptSecrets;
}

type InForce = Pick<AgentState, "preferences" | "fixed">;

/** Keeps the person's preferences, and holds policy against them. */
export class PreferenceKeeper {
  readonly #options: PreferenceKeeperOptions;

  constructor(options: PreferenceKeeperOptions) {
    this.#options = options;
  }

  /** Reads the policy anew and shows what holds now. */
  async refresh(): Promise<void> {
    const { store, settings, policy, secrets } = this.#options;
    store.dispatch({ type: "preferencesChanged", ...inForce(settings.value.preferences ?? {}, await policy()) });
    if (!secrets.mayKeep) await this.#forget();
  }

  /** Throws `policyForbids` when a fixed one is to change: nothing is changed then. */
  async set(wanted: Preferences): Promise<void> {
    const { settings, policy } = this.#options;
    const { preferences, fixed } = inForce(settings.value.preferences ?? {}, await policy());
    const changed = preferenceNames.filter((name) => wanted[name] !== preferences[name]);
    const forbidden = changed.filter((name) => fixed.preferences.includes(name));
    if (forbidden.length > 0) throw new CauseError("policyForbids", forbidden.join(", "));
    // What policy fixes is not written down as the person's own: theirs holds again when the policy is gone.
    const chosen = Object.fromEntries(changed.map((name) => [name, wanted[name]]));
    try {
      await settings.change((value) => ({ ...value, preferences: { ...value.preferences, ...chosen } }));
    } finally {
      await this.refresh();
    }
  }

  async #forget(): Promise<void> {
    const { settings, secrets } = this.#options;
    await secrets.forgetAll();
    if (settings.value.portals.every(({ remembered, last }) => remembered === null && last === undefined)) return;
    // Names are no secrets; but where nobody is to stay signed in, the next person need not read who was here.
    const forgotten = (value: Settings): Settings => ({
      ...value,
      portals: value.portals.map(({ last: _, ...portal }) => ({ ...portal, remembered: null })),
    });
    await settings.change(forgotten).catch(() => undefined);
  }
}

/** What holds: policy before the person's choice. A policy that cannot be read may fix anything, so nothing can be changed. */
export function inForce(chosen: FixedPreferences, read: PolicyRead): InForce {
  const own: Preferences = { ...initialPreferences, ...chosen };
  if (read.state === "none") return { preferences: own, fixed: { preferences: [], portals: false, reason: "" } };
  if (read.state === "invalid") {
    return { preferences: own, fixed: { preferences: [...preferenceNames], portals: true, reason: "" } };
  }
  const { preferences = {}, reason = "" } = read.policy;
  return {
    preferences: { ...own, ...preferences },
    fixed: {
      preferences: preferenceNames.filter((name) => preferences[name] !== undefined),
      portals: !read.policy.portals.others,
      reason,
    },
  };
}
