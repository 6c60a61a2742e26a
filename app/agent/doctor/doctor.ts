import type { Check, Diagnosis } from "../../../contract/agent.ts";
import { failureOf } from "../../../contract/causes.ts";
import { frontPorts } from "../../../contract/constants.ts";
import type { Way } from "../../../contract/relay.ts";
import type { Route } from "../../core/ways.ts";
import { planWays } from "../../core/ways.ts";
import type { Clock } from "../../dial/clock.ts";
import type { HelperProgram } from "../../dial/helper-program.ts";
import type { RequestContext } from "../faces/face-connection.ts";
import type { KeptFile } from "../files/kept-file.ts";
import { findPortal } from "../portal/portal-link.ts";
import type { Portals } from "../portal/portals.ts";
import type { Settings } from "../settings/settings.ts";
import type { Store } from "../store.ts";
import type { HelperLink } from "../tunnel/helper-link.ts";
import type { Proxies } from "../ways/proxies.ts";
import { checkHelper, checkName, checkTunnel, lookAlong } from "./doctor-checks.ts";
import type { Language } from "./doctor-page.ts";
import { makePage } from "./doctor-page.ts";
import { checkClock, checkInspection, checkPortal, openingsFor, verdictOf } from "./doctor-verdict.ts";

export interface DoctorOptions {
  readonly store: Store;
  readonly helper: HelperLink;
  readonly portals: Portals;
  readonly proxies: Proxies;
  readonly settings: KeptFile<Settings>;
  readonly program: HelperProgram;
  readonly clock: Clock;
}

/** Finds out what keeps this computer from the portal, and writes the page that the customer's IT needs. */
export class Doctor {
  readonly #options: DoctorOptions;

  constructor(options: DoctorOptions) {
    this.#options = options;
  }

  /** `portal` null: the one in use, or the only one. A portal that was not added yet can be named too. */
  async examine(portal: string | null, language: Language, context: RequestContext): Promise<Diagnosis> {
    const { store, helper, settings, program, clock } = this.#options;
    const { signal, progress } = context;
    const shown = <Kind extends Check>(check: Kind): Kind => {
      progress(check);
      return check;
    };
    const { portals } = this.#options;
    const { host, port } = await portals.addressOf(portal ?? portals.current?.host ?? null);
    const known = findPortal(settings.value, host);
    const { routes, faults, setting } = await this.#routes(host, port);
    faults.forEach(shown);
    const ways = singleWays(host, port, routes);
    const behindProxy = routes.some(({ kind }) => kind === "proxy");
    const [first, second, looked] = await Promise.all([
      checkHelper(helper, signal).then(shown),
      checkName(host, behindProxy).then(shown),
      Promise.all(
        ways.map(async (way) => {
          const look = await lookAlong(way, { host, port, program, signal, setting });
          shown(look.check);
          return look;
        }),
      ),
    ]);
    const judged = [
      checkPortal(host, looked),
      checkInspection(known, looked),
      checkClock(clock.nowMs(), looked),
      checkTunnel(store.view),
    ];
    judged.forEach(shown);
    const checks = [first, second, ...faults, ...looked.map(({ check }) => check), ...judged];
    const ask = openingsFor(ways, looked);
    const inspected = judged.some(({ cause }) => cause === "tlsInspected");
    const page = await makePage(language, { portal: host, ask, checks, inspected, nowMs: clock.nowMs() });
    return { checks: checks.slice(0, 64), verdict: verdictOf(checks), ask, page };
  }

  async #routes(
    host: string,
    port: number,
  ): Promise<{ readonly routes: readonly Route[]; readonly faults: readonly Check[]; readonly setting: string }> {
    const { proxies } = this.#options;
    const { setting } = await proxies.setting();
    const subject = (setting.mode === "pac" ? setting.source : setting.mode).slice(0, 300);
    const base = { check: "proxy", subject, elapsedMs: 0 } as const;
    try {
      const { routes, notes } = await proxies.routes(host, port);
      const cause = "proxySettingInvalid";
      return {
        setting: setting.mode,
        routes,
        faults: notes.map((detail) => ({ ...base, outcome: "unknown", cause, detail })),
      };
    } catch (error) {
      return {
        setting: setting.mode,
        routes: [{ kind: "direct" }],
        faults: [{ ...base, outcome: "bad", ...failureOf(error) }],
      };
    }
  }
}

// Straight on every port, and through each proxy on the one that proxies commonly allow.
function singleWays(host: string, port: number, routes: readonly Route[]): readonly Way[] {
  const ports = [...new Set([port, 443, ...frontPorts])];
  const endpoints = ports.map((each) => ({ host, port: each }));
  const direct = planWays({ endpoints, routes: [{ kind: "direct" }], wrapName: null, remembered: null });
  const proxied = routes.flatMap((route) =>
    route.kind === "proxy" ? [{ host, port: 443, proxy: route.proxy, wrap: null }] : [],
  );
  return [...direct, ...proxied].slice(0, 16);
}
