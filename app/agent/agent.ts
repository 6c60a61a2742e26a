import { join } from "node:path";
import { failureOf } from "../../contract/causes.ts";
import { paths as systemPaths } from "../../contract/constants.ts";
import type { Clock } from "../dial/clock.ts";
import { askEcho } from "../dial/echo.ts";
import type { HelperProgram } from "../dial/helper-program.ts";
import { PacFinder } from "../dial/pac-finder.ts";
import { Diagnostics } from "./doctor/diagnostics.ts";
import { Doctor } from "./doctor/doctor.ts";
import type { AgentLog } from "./doctor/log.ts";
import { MergedLog } from "./doctor/merged-log.ts";
import { KeptFile } from "./files/kept-file.ts";
import type { AgentPaths } from "./files/paths.ts";
import { Journal } from "./history/journal.ts";
import { Outbox } from "./history/outbox.ts";
import { AddressBook } from "./machines/address-book.ts";
import { MachineList } from "./machines/machine-list.ts";
import { MachinesActor } from "./machines/machines.ts";
import { Reachability } from "./machines/reachability.ts";
import { makePerformer } from "./performer.ts";
import { PortalEvents } from "./portal/portal-events.ts";
import { PortalStreams } from "./portal/portal-streams.ts";
import { Portals } from "./portal/portals.ts";
import { Requests } from "./requests.ts";
import { decodeKeyringNames, KeptSecrets, noKeyringNames } from "./session/kept-secrets.ts";
import { ProxyInTheWay } from "./session/proxy-in-the-way.ts";
import type { Secrets } from "./session/secrets.ts";
import { SignIn } from "./session/sign-in.ts";
import { readPolicy } from "./settings/policy.ts";
import { PreferenceKeeper } from "./settings/preferences.ts";
import { decodeSettings, initialSettings } from "./settings/settings.ts";
import { Store } from "./store.ts";
import { AdapterWatch } from "./tunnel/adapter-watch.ts";
import { EchoWatch } from "./tunnel/echo-watch.ts";
import { HelperLink } from "./tunnel/helper-link.ts";
import { Retry } from "./tunnel/retry.ts";
import { SleepWatch } from "./tunnel/sleep-watch.ts";
import { TunnelActor } from "./tunnel/tunnel.ts";
import { decodeTunnelFile, noTunnel } from "./tunnel/tunnel-file.ts";
import { TunnelKeeper } from "./tunnel/tunnel-keeper.ts";
import { version } from "./version.ts";
import { LocalNetwork } from "./ways/local-network.ts";
import { decodeNetworkMemory, emptyNetworkMemory } from "./ways/network-memory.ts";
import { Proxies } from "./ways/proxies.ts";
import { ProxyRequests } from "./ways/proxy-requests.ts";
import { WayPlanner } from "./ways/way-planner.ts";

export interface AgentParts {
  readonly paths: AgentPaths;
  readonly policyPath?: string;
  readonly program: HelperProgram;
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly laptop: string;
  readonly secrets: Secrets;
  readonly log: AgentLog;
  readonly clock: Clock;
  readonly random: () => number;
  readonly quit: () => void;
  readonly askEcho?: typeof askEcho;
}

/** The agent without its socket: everything put together. */
export interface Agent {
  readonly store: Store;
  readonly requests: Requests;
  /** Reads anew what the administrator fixes. Never rejects. */
  readPolicy(): Promise<void>;
  /** Looks around: keyring, helper, a tunnel that was left. */
  start(): Promise<void>;
  /** Hangs up, if there is something to hang up; resolves when nothing of it is left. */
  rest(): Promise<void>;
  /** Lets go of everything; a tunnel stays with the helper for its grace. */
  close(): Promise<void>;
}

/** How long an end waits for what the portal shall still hear. */
const lastWordsMs = 1500;

export async function makeAgent(parts: AgentParts): Promise<Agent> {
  const { paths, program, environment, log, clock, random, laptop } = parts;
  const { logger } = log;
  const onFault = (error: unknown): void => logger.warn({ err: error }, "fault");
  const onMoved = (detail: string): void => {
    logger.error({ detail }, "file set aside");
    store.dispatch({ type: "noticed", failure: { cause: "diskFault", detail } });
  };
  const store = new Store(clock, random);
  const policy = () => readPolicy(parts.policyPath ?? systemPaths.policy);
  const [settings, memory, tunnelFile, names, book] = await Promise.all([
    KeptFile.open({ path: paths.settings, decode: decodeSettings, initial: initialSettings, onMoved }),
    KeptFile.open({
      path: join(paths.stateDir, "networks.json"),
      decode: decodeNetworkMemory,
      initial: emptyNetworkMemory,
      onMoved,
    }),
    KeptFile.open({ path: join(paths.stateDir, "tunnel.json"), decode: decodeTunnelFile, initial: noTunnel, onMoved }),
    KeptFile.open({
      path: join(paths.stateDir, "keyring.json"),
      decode: decodeKeyringNames,
      initial: noKeyringNames,
      onMoved,
    }),
    AddressBook.open({ folder: join(paths.stateDir, "books"), store, clock, random, onFault, onMoved }),
  ]);
  const mayKeep = () => store.model.preferences.keepSecrets;
  const secrets = new KeptSecrets({ secrets: parts.secrets, names, mayKeep });
  const preferences = new PreferenceKeeper({ store, settings, policy, secrets });
  const pac = new PacFinder(program, clock);
  const findProxy = (source: string, url: string) => pac.find(source, url);
  const proxies = new Proxies({ settings, policy, secrets, environment, findProxy });
  const planner: WayPlanner = new WayPlanner({ proxies, memory, network: () => local.fingerprint, clock, onFault });
  const portals: Portals = new Portals({
    settings,
    policy,
    program,
    planner,
    proxyInTheWay: new ProxyInTheWay({ store, proxies, policy }),
  });
  const signIn = new SignIn({
    store,
    settings,
    portals,
    proxies,
    secrets,
    policy,
    laptop,
    onSession: (link) => {
      events.follow(link);
      void local.refresh();
    },
    onEnd: () => outbox.flush(AbortSignal.timeout(lastWordsMs)),
  });
  const helper = new HelperLink({
    program,
    client: `anslut-agent ${version}`,
    clock,
    onEvent: async (event) => {
      if (event.type === "networkChanged") void local.refresh();
      else if (event.type === "log") return;
      else logger.info({ event }, "helper");
      tunnel.take(event);
    },
    onHealth: (health) => store.dispatch({ type: "helperChanged", helper: health }),
    onOpen: () => void local.refresh(),
    onLost: () => void tunnel.reattach(),
  });
  const local: LocalNetwork = new LocalNetwork({ store, helper, portals, proxies, clock });
  const tunnel = new TunnelActor({
    store,
    helper,
    portals,
    planner,
    proxies,
    signIn,
    policy,
    laptop,
    clock,
    kept: () => tunnelFile.value,
    keep: (change) => void tunnelFile.change((value) => ({ ...value, ...change })).catch(onFault),
  });
  const machines = new MachinesActor({ store, helper, portals, book, onFault });
  const outbox: Outbox = new Outbox({ journal: () => journal, portals, store, clock, random, onFault });
  const onOpen = () => outbox.reachable();
  const events = new PortalEvents({ store, machines, book, signIn, clock, random, onOpen, onFault });
  const echo = new EchoWatch({ store, clock, ask: parts.askEcho ?? askEcho });
  const retry = new Retry(store, clock);
  const sleep = new SleepWatch(store, clock);
  const adapters = new AdapterWatch({
    store,
    clock,
    onFound: () => {
      void local.refresh();
      store.dispatch({ type: "networkFound" });
    },
  });
  const onOwed = () => outbox.owed();
  const journal: Journal = new Journal({
    path: join(paths.stateDir, "history.jsonl"),
    store,
    clock,
    onFault: (error) => {
      onFault(error);
      // Nothing is lost yet, but the person should know before the computer is switched off.
      store.dispatch({ type: "noticed", failure: { cause: "diskFault", detail: failureOf(error).detail } });
    },
    onOwed,
  });
  const merged = new MergedLog(log, helper);
  const keeper = new TunnelKeeper({ store, file: tunnelFile, portals, signIn, tunnel, events, onFault });
  store.observe((after, before, event) => {
    if (event.type === "trafficCounted" || after === before) return;
    logger.info({ event: event.type, session: after.session.state }, "event");
  });
  store.observe((after, before, event) => {
    if (event.type === "networkFound") pac.forget();
    const broke = after.session.state === "reconnecting" && before.session.state !== "reconnecting";
    if (broke || event.type === "networkFound" || event.type === "woke") portals.current?.dropConnections();
    if (event.type === "networkFound" || event.type === "woke") void portals.current?.warm();
  });
  store.performWith(makePerformer({ signIn, events, tunnel, retry, echo, machines }));

  const requests = new Requests({
    store,
    portals,
    signIn,
    machines,
    machineList: new MachineList(portals, book),
    book,
    streams: new PortalStreams(),
    preferences,
    sleep,
    proxies: new ProxyRequests({ proxies, settings, environment }),
    journal,
    doctor: new Doctor({ store, helper, portals, proxies, settings, program, clock }),
    reachability: new Reachability({ store, portals, machines, askEcho: parts.askEcho ?? askEcho }),
    diagnostics: new Diagnostics({
      store,
      helper,
      portals,
      proxies,
      signIn,
      local,
      settings,
      policy,
      secrets,
      journal,
      log: merged,
      clock,
    }),
    log: merged,
    policy,
    lookAround: () => local.refresh(),
    quit: parts.quit,
  });

  return {
    store,
    requests,
    readPolicy: () => preferences.refresh().catch(onFault),
    start: async () => {
      await preferences.refresh().catch(onFault);
      void secrets.available().then((keyring) => store.dispatch({ type: "keyringChanged", keyring }));
      void helper.client().catch(() => undefined); // onHealth tells
      const resumed = await keeper.restore().catch((error: unknown) => {
        onFault(error);
        return null;
      });
      await journal.recover(resumed).catch(onFault);
      void portals.addPresets(AbortSignal.timeout(60_000)).catch(onFault);
    },
    rest: async () => {
      store.dispatch({ type: "hangUpAsked" });
      await store
        .waitFor(({ session }) => session.state !== "hangingUp", AbortSignal.timeout(20_000))
        .catch(() => undefined);
      await tunnel.settled();
      await outbox.flush(AbortSignal.timeout(lastWordsMs));
    },
    close: async () => {
      for (const part of [events, echo, retry, sleep, local, adapters, outbox]) part.stop();
      await book.close();
      helper.close();
      portals.leave();
      await Promise.all([settings, memory, tunnelFile, names, journal].map((file) => file.written()));
    },
  };
}
