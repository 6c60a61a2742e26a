import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { AgentRequest, AgentResult } from "../../../contract/agent.ts";
import type { RelayStart } from "../../../contract/relay.ts";
import type { AgentState, Session } from "../../../contract/state.ts";
import { systemClock } from "../../dial/clock.ts";
import { FakeProgram, playRelay, type Race } from "../../dial/testing/fake-program.ts";
import type { Agent } from "../agent.ts";
import { makeAgent } from "../agent.ts";
import { openLog } from "../doctor/log.ts";
import type { Secrets } from "../session/secrets.ts";
import { FakeHelper } from "./fake-helper.ts";
import { FakePortal, portalHost } from "./fake-portal.ts";

type Unnumbered<Request> = Request extends AgentRequest ? Omit<Request, "id"> : never;
export type Ask = Unnumbered<AgentRequest>;

/** A keyring in memory; `open` false: there is none. */
export class FakeSecrets implements Secrets {
  readonly kept = new Map<string, string>();
  open = true;

  async available(): Promise<boolean> {
    return this.open;
  }
  async read(name: string): Promise<string | null> {
    return (this.open && this.kept.get(name)) || null;
  }
  async keep(name: string, secret: string): Promise<boolean> {
    if (this.open) this.kept.set(name, secret);
    return this.open;
  }
  async forget(name: string): Promise<void> {
    this.kept.delete(name);
  }
}

export const password = {
  portal: null,
  account: "acme",
  user: "anna",
  password: "pass+word",
  remember: false,
} as const;

/** An agent between a portal and a helper that do what the test says. All but the tunnel is real: sockets, TLS, files. */
export class World {
  readonly portal = new FakePortal();
  readonly helper = new FakeHelper();
  readonly secrets = new FakeSecrets();
  /** Addresses in the tunnel that answer an echo. */
  readonly silent = new Set<string>();
  readonly races: RelayStart[] = [];
  race: (start: RelayStart) => ReturnType<Race> | undefined = () => undefined;
  agent!: Agent;
  folder = "";
  #port = 0;
  readonly #program = new FakeProgram(({ words, socket }) => {
    if (words[0] === "connect") this.helper.accept(socket);
    else {
      playRelay(socket, (start) => {
        this.races.push(start);
        return this.race(start) ?? { port: this.#port };
      });
    }
  });

  static async begin(): Promise<World> {
    const world = new World();
    world.folder = await mkdtemp(join(tmpdir(), "anslut-agent-"));
    await world.renewPortal();
    await world.startAgent();
    return world;
  }

  /** The portal starts anew, with the certificate it has now. */
  async renewPortal(): Promise<void> {
    this.#port = await this.portal.listen();
  }

  async startAgent(): Promise<void> {
    this.agent = await makeAgent({
      paths: {
        runDir: join(this.folder, "run"),
        settings: join(this.folder, "config", "settings.json"),
        stateDir: join(this.folder, "state"),
      },
      policyPath: join(this.folder, "policy.json"),
      program: this.#program.program,
      environment: {},
      laptop: "laptop",
      secrets: this.secrets,
      log: openLog(join(this.folder, "state", "agent.log")),
      clock: systemClock,
      random: () => 0.5,
      quit: () => undefined,
      askEcho: async ({ address, signal }) => {
        if (!this.silent.has(address)) return 40;
        await new Promise((resolve) => setTimeout(resolve, 5));
        return signal?.aborted ? 40 : undefined;
      },
    });
    await this.agent.start();
  }

  /** The agent ends without hanging up: nothing is said to anybody. */
  async killAgent(): Promise<void> {
    await this.agent.close();
  }

  async policy(value: unknown): Promise<void> {
    await writeFile(join(this.folder, "policy.json"), JSON.stringify(value), { mode: 0o644 });
  }

  ask(ask: Ask, signal: AbortSignal = new AbortController().signal): Promise<AgentResult> {
    return this.agent.requests.answer({ ...ask, id: 1 } as AgentRequest, {
      signal,
      progress: () => undefined,
      probed: () => undefined,
      part: async () => undefined,
      become: (stream) => stream.destroy(),
    });
  }

  get state(): AgentState {
    return this.agent.store.view;
  }

  async session<State extends Session["state"]>(state: State): Promise<Extract<Session, { readonly state: State }>> {
    const view = await this.until(({ session }) => session.state === state);
    return view.session as Extract<Session, { readonly state: State }>;
  }

  until(fits: (state: AgentState) => boolean): Promise<AgentState> {
    return this.agent.store.waitFor(fits, AbortSignal.timeout(20_000));
  }

  async addPortal(): Promise<void> {
    await this.ask({ type: "addPortal", address: portalHost, fingerprint: this.portal.authority.fingerprint });
  }

  async signIn(): Promise<void> {
    await this.addPortal();
    await this.ask({ type: "login", ...password });
  }

  async dial(): Promise<void> {
    await this.signIn();
    await this.ask({ type: "dial" });
  }

  async connect(): Promise<void> {
    await this.dial();
    await this.ask({
      type: "connect",
      machine: "M-1",
      networks: null,
      orderNumber: "A-7",
      reason: "drive",
      standIn: false,
    });
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.agent.close();
    await this.portal.close();
    await this.#program[Symbol.asyncDispose]();
    await rm(this.folder, { recursive: true, force: true });
  }
}
