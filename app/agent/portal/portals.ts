import type { AgentResult, PortalEntry } from "../../../contract/agent.ts";
import { CauseError } from "../../../contract/causes.ts";
import type { HelperProgram } from "../../dial/helper-program.ts";
import type { Inspection } from "../../dial/inspect.ts";
import { inspectPortal } from "../../dial/inspect.ts";
import type { KeptFile } from "../files/kept-file.ts";
import type { ProxyInTheWay } from "../session/proxy-in-the-way.ts";
import type { PolicyRead } from "../settings/policy.ts";
import type { KnownPortal, Settings } from "../settings/settings.ts";
import type { PortalAddress, WayPlanner } from "../ways/way-planner.ts";
import { parsePortalAddress } from "./portal-address.ts";
import { findPortal, PortalLink } from "./portal-link.ts";

export interface PortalsOptions {
  readonly settings: KeptFile<Settings>;
  readonly policy: () => Promise<PolicyRead>;
  readonly program: HelperProgram;
  readonly planner: WayPlanner;
  readonly proxyInTheWay: ProxyInTheWay;
}

/** The portals this person knows, and the connection to the one in use. */
export class Portals {
  readonly #options: PortalsOptions;
  #current: PortalLink | null = null;

  constructor(options: PortalsOptions) {
    this.#options = options;
  }

  get current(): PortalLink | null {
    return this.#current;
  }

  /** Throws `signedOut` while no portal is in use. */
  needCurrent(): PortalLink {
    if (this.#current === null) throw new CauseError("signedOut");
    return this.#current;
  }

  /** Takes a portal into use; null: the only one there is. Throws `notFound`, or `badRequest` where one must be named. */
  enter(host: string | null): PortalLink {
    const { settings, program, planner } = this.#options;
    const portal = this.choose(host);
    this.leave();
    this.#current = new PortalLink({ portal, settings, program, planner });
    return this.#current;
  }

  leave(): void {
    this.#current?.close();
    this.#current = null;
  }

  async list(): Promise<AgentResult> {
    const presets = await this.#presets();
    const portals = this.#options.settings.value.portals.map<PortalEntry>(
      ({ host, port, authority, pins, remembered }) => ({
        host,
        port,
        authority: authority?.fingerprint ?? null,
        pin: pins.current,
        remembered: remembered !== null,
        fixedByPolicy: presets.some((preset) => preset.host === host),
      }),
    );
    return { type: "portals", portals };
  }

  /** Looks at a portal; asks on the way as a proxy does. Throws what kept us from it, `notAPortal` where something else answers. */
  async inspect(address: string, signal: AbortSignal): Promise<AgentResult> {
    const portal = parsePortalAddress(address);
    const seen = await this.#reach(portal, signal);
    const { systemTrust, authority, authorityName, pin, until } = seen;
    return {
      type: "inspection",
      ...portal,
      systemTrust,
      authority: authority?.fingerprint ?? null,
      authorityName,
      pin,
      until,
    };
  }

  /**
   * Adds a portal, or confirms a known one anew. `fingerprint` must be the one of the authority it shows. Throws
   * `policyForbids`, `certificateUntrusted` when nobody vouches for it, `tlsInspected` when it shows another authority.
   */
  async add(address: string, fingerprint: string | null, signal: AbortSignal): Promise<void> {
    const portal = parsePortalAddress(address);
    const read = await this.#options.policy();
    const preset = (await this.#presets()).find(({ host }) => host === portal.host);
    const othersAllowed = read.state === "none" || (read.state === "valid" && read.policy.portals.others);
    if (!preset && !othersAllowed) throw new CauseError("policyForbids", portal.host);
    await this.#learn(portal, preset?.authority ?? fingerprint, await this.#reach(portal, signal));
  }

  async remove(host: string): Promise<void> {
    if ((await this.#presets()).some((preset) => preset.host === host)) throw new CauseError("policyForbids", host);
    if (!findPortal(this.#options.settings.value, host)) throw new CauseError("notFound", host);
    if (this.#current?.host === host) throw new CauseError("badRequest", "sign out first");
    await this.#options.settings.change((settings) => ({
      ...settings,
      portals: settings.portals.filter((portal) => portal.host !== host),
    }));
  }

  /** Adds what the administrator preset and is not known yet; what cannot be reached now is learnt when it is used. */
  async addPresets(signal: AbortSignal): Promise<void> {
    for (const preset of await this.#presets()) {
      if (findPortal(this.#options.settings.value, preset.host)) continue;
      const learnt = this.#look(preset, signal).then((seen) => this.#learn(preset, preset.authority, seen));
      await learnt.catch(() => undefined);
    }
  }

  /** Learns a portal that was preset but out of reach until now. `host` null: the only one, if nothing else is known. */
  async ready(host: string | null, signal: AbortSignal): Promise<void> {
    const { portals } = this.#options.settings.value;
    const presets = await this.#presets();
    const wanted = host ?? (portals.length === 0 && presets.length === 1 ? presets[0]?.host : undefined);
    const preset = presets.find((one) => one.host === wanted);
    if (preset === undefined || portals.some((portal) => portal.host === wanted)) return;
    await this.#learn(preset, preset.authority, await this.#reach(preset, signal));
  }

  async #learn({ host, port }: PortalAddress, fingerprint: string | null, seen: Inspection): Promise<void> {
    const known: KnownPortal = {
      host,
      port,
      authority: confirmed(seen, fingerprint),
      pins: { current: seen.pin, next: null },
      remembered: findPortal(this.#options.settings.value, host)?.remembered ?? null,
    };
    await this.#options.settings.change((settings) => ({
      ...settings,
      portals: [...settings.portals.filter((portal) => portal.host !== host), known],
    }));
  }

  #reach(portal: PortalAddress, signal: AbortSignal): Promise<Inspection> {
    return this.#options.proxyInTheWay.pass(() => this.#look(portal, signal), signal);
  }

  async #look(portal: PortalAddress, signal: AbortSignal): Promise<Inspection> {
    const { planner, program } = this.#options;
    const { host, port } = portal;
    const ways = await planner.https(portal);
    const onReport = (report: Parameters<WayPlanner["listen"]>[2]) => planner.listen(portal, ways, report);
    const seen = await inspectPortal({ host, port, program, ways, signal, onReport });
    if (seen.about instanceof CauseError) throw seen.about;
    return seen;
  }

  async #presets(): Promise<
    readonly { readonly host: string; readonly port: number; readonly authority: string | null }[]
  > {
    const read = await this.#options.policy();
    return read.state === "valid" ? read.policy.portals.preset : [];
  }

  /** The known portal of that name; null: the only one there is. Throws `notFound`, `badRequest`. */
  choose(host: string | null): KnownPortal {
    const { portals } = this.#options.settings.value;
    const [only] = portals;
    if (only === undefined) throw new CauseError("notFound", "no portal was added");
    if (host === null) {
      if (portals.length > 1) throw new CauseError("badRequest", "several portals: say which");
      return only;
    }
    const found = portals.find((portal) => portal.host === host);
    if (found === undefined) throw new CauseError("notFound", host);
    return found;
  }
}

function confirmed(seen: Inspection, fingerprint: string | null): KnownPortal["authority"] {
  if (fingerprint === null) {
    if (seen.systemTrust) return null;
    throw new CauseError("certificateUntrusted", `${seen.shown.fault}, ${seen.authorityName}`);
  }
  if (seen.authority?.fingerprint === fingerprint) return seen.authority;
  throw new CauseError("tlsInspected", `${seen.authorityName}, not ${fingerprint}`);
}
