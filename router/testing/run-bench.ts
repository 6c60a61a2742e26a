import { createSocket } from "node:dgram";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseNetwork } from "../../app/core/networks.ts";
import { CauseError } from "../../contract/causes.ts";
import { CredentialStore, credentialsPath, saveCredentials } from "../credentials/credentials.ts";
import type { StandingNetwork } from "../interfaces.ts";
import { RouterProblem } from "../problem.ts";
import type { Report } from "../tunnel/report.ts";
import { keepConnected } from "../tunnel/run.ts";
import { FakeHelper } from "./fake-helper.ts";
import { HandClock } from "./hand-clock.ts";
import { sampleCredentials, sampleTicket } from "./samples.ts";

/** A router that runs with the helper, portal, clock and kernel of a test. */
export class Bench {
  readonly clock = new HandClock();
  readonly rules: string[] = [];
  readonly reports: Report[] = [];
  readonly passwords: string[] = [];
  refuseRules = false;
  forwarding = "1";
  standing: readonly StandingNetwork[] = [{ device: "lan0", network: network("192.168.0.0/24") }];
  echoPort = 0;
  ticket = async (): Promise<ReturnType<typeof sampleTicket>> =>
    sampleTicket({ password: `p${this.passwords.length}` });
  readonly store: CredentialStore;
  readonly helper: FakeHelper;
  readonly directory: string;
  readonly #ending = new AbortController();
  #running: Promise<void> = Promise.resolve();
  #read = 0;
  #news = Promise.withResolvers<void>();

  private constructor(directory: string, store: CredentialStore, helper: FakeHelper) {
    this.directory = directory;
    this.store = store;
    this.helper = helper;
  }

  static async make(): Promise<Bench> {
    const directory = await mkdtemp(join(tmpdir(), "anslut-router-"));
    await saveCredentials(credentialsPath(directory), sampleCredentials());
    const made = new Bench(directory, await CredentialStore.open(directory), await FakeHelper.start());
    made.echoPort = await freePort();
    return made;
  }

  run(): Promise<void> {
    const { store, clock } = this;
    return keepConnected(
      {
        store,
        clock,
        program: this.helper.program,
        portal: {
          enrol: () => Promise.reject(new Error("not here")),
          ticket: async (password, signal) => {
            this.passwords.push(password);
            const ended = new Promise<never>((_, reject) => {
              signal?.addEventListener("abort", () => reject(new CauseError("cancelled")));
            });
            return await Promise.race([this.ticket(), ended]);
          },
          orders: (_password, _known, signal) =>
            new Promise((_, reject) => {
              signal.addEventListener("abort", () => reject(new CauseError("cancelled")), { once: true });
            }),
          report: async () => undefined,
          close: () => undefined,
        },
        applyRules: async (rules) => {
          if (this.refuseRules) throw new RouterProblem("rulesRefused");
          this.rules.push(rules);
        },
        standingNetworks: () => this.standing,
        readSysctl: async () => this.forwarding,
        echoPort: this.echoPort,
        random: () => 0.5,
        tell: (report) => {
          this.reports.push(report);
          this.#news.resolve();
          this.#news = Promise.withResolvers();
        },
      },
      this.#ending.signal,
    );
  }

  start(): void {
    this.#running = this.run();
    this.#running.catch(() => undefined);
  }

  async stop(): Promise<void> {
    this.#ending.abort();
    await this.#running;
  }

  /** The next report of this state that no earlier call has seen. */
  async until<Name extends Report["state"]>(state: Name): Promise<Extract<Report, { readonly state: Name }>> {
    for (;;) {
      for (let report = this.reports[this.#read]; report !== undefined; report = this.reports[this.#read]) {
        this.#read++;
        if (isState(report, state)) return report;
      }
      await this.#news.promise;
    }
  }

  async clear(): Promise<void> {
    this.#ending.abort();
    await this.#running.catch(() => undefined);
    await this.helper[Symbol.asyncDispose]();
    await rm(this.directory, { recursive: true, force: true });
  }
}

function isState<Name extends Report["state"]>(
  report: Report,
  state: Name,
): report is Extract<Report, { readonly state: Name }> {
  return report.state === state;
}

async function freePort(): Promise<number> {
  const socket = createSocket("udp4");
  await new Promise<void>((resolve) => socket.bind(0, "127.0.0.1", resolve));
  const { port } = socket.address();
  socket.close();
  return port;
}

function network(cidr: string) {
  const parsed = parseNetwork(cidr);
  if (parsed === undefined) throw new Error(cidr);
  return parsed;
}
