import type { AgentResult, PortalEntry } from "../../../contract/agent.ts";
import { CauseError } from "../../../contract/causes.ts";
import type { Policy } from "../../../contract/policy.ts";
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

type Preset = Policy["portals"]["preset"][number];

/** As many as the contract lets a list of them hold. */
const maxPortals = 64;

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
    const known = this.#options.settings.value.portals.map<PortalEntry>(
      ({ host, port, authority, pins, remembered, last = null }) => ({
        host,
        port,
        authority: authority?.fingerprint ?? null,
        pin: pins.current,
        remembered,
        last,
        fixedByPolicy: presets.some((preset) => preset.host === host),
      }),
    );
    const unseen = this.#unlearnt(presets).map<PortalEntry>((preset) => ({
      ...preset,
      pin: null,
      remembered: null,
      last: null,
      fixedByPolicy: true,
    }));
    return { type: "portals", portals: [...known, ...unseen].slice(0, maxPortals) };
  }

  /**
   * Looks at a portal; asks on the way as a proxy does. Throws what kept us from it, `notAPortal` where something else answers, and
   * `policyForbids` before anything is sent where it could not be added.
   */
  async inspect(address: string, signal: AbortSignal): Promise<AgentResult> {
    const portal = parsePortalAddress(address);
    await this.#presetOrAllowed(portal);
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
    const preset = await this.#presetOrAllowed(portal);
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
    for (const preset of this.#unlearnt(await this.#presets())) {
      const learnt = this.#look(preset, signal).then((seen) => this.#learn(preset, preset.authority, seen));
      await learnt.catch(() => undefined);
    }
  }

  /**
   * Learns a portal that was preset but out of reach until now. `host` null: the only one there is. Throws `badRequest` where one
   * must be named, and what keeps us from it.
   */
  async ready(host: string | null, signal: AbortSignal): Promise<void> {
    const unlearnt = this.#unlearnt(await this.#presets());
    if (host === null) onlyOneOf([...this.#options.settings.value.portals, ...unlearnt]);
    const wanted = unlearnt.find((preset) => host === null || preset.host === host);
    if (wanted !== undefined) await this.#learn(wanted, wanted.authority, await this.#reach(wanted, signal));
  }

  /** Where a portal is, whether it was reached before or not. `host` null: the only one there is. Throws `notFound`, `badRequest`. */
  async addressOf(host: string | null): Promise<PortalAddress> {
    const listed = [...this.#options.settings.value.portals, ...this.#unlearnt(await this.#presets())];
    if (host === null) return onlyOneOf(listed);
    return listed.find((portal) => portal.host === host) ?? { host, port: 443 };
  }

  async #learn({ host, port }: PortalAddress, fingerprint: string | null, seen: Inspection): Promise<void> {
    const before = findPortal(this.#options.settings.value, host);
    const known: KnownPortal = {
      remembered: null,
      ...before,
      host,
      port,
      authority: confirmed(seen, fingerprint),
      pins: { current: seen.pin, next: null },
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

  async #presets(): Promise<readonly Preset[]> {
    const read = await this.#options.policy();
    return read.state === "valid" ? read.policy.portals.preset : [];
  }

  /** What policy presets of that name; undefined: nothing, and the person may have portals of their own. Throws `policyForbids`. */
  async #presetOrAllowed({ host }: PortalAddress): Promise<Preset | undefined> {
    const read = await this.#options.policy();
    const preset = read.state === "valid" ? read.policy.portals.preset.find((one) => one.host === host) : undefined;
    const othersAllowed = read.state === "none" || (read.state === "valid" && read.policy.portals.others);
    if (!preset && !othersAllowed) throw new CauseError("policyForbids", host);
    return preset;
  }

  #unlearnt(presets: readonly Preset[]): readonly Preset[] {
    return presets.filter(({ host }) => !findPortal(this.#options.settings.value, host));
  }

  /** The known portal of that name; null: the only one there is. Throws `notFound`, `badRequest`. */
  choose(host: string | null): KnownPortal {
    const { portals } = this.#options.settings.value;
    if (host === null) return onlyOneOf(portals);
    const found = portals.find((portal) => portal.host === host);
    if (found === undefined) throw new CauseError("notFound", host);
    return found;
  }
}

function onlyOneOf<Portal>(portals: readonly Portal[]): Portal {
  const [only, another] = portals;
  if (only === undefined) throw new CauseError("notFound", "no portal was added");
  if (another !== undefined) throw new CauseError("badRequest", "several portals: say which");
  return only;
}

function confirmed(seen: Inspection, fingerprint: string | null): KnownPortal["authority"] {
  if (fingerprint === null) {
    if (seen.systemTrust) return null;
    throw new CauseError("certificateUntrusted", `${seen.shown.fault}, ${seen.authorityName}`);
  }
  if (seen.authority?.fingerprint === fingerprint) return seen.authority;
  throw new CauseError("tlsInspected", `${seen.authorityName}, not ${fingerprint}`);
}
