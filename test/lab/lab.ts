import { ask } from "./ask.ts";
import type { Entry, EntryPlan } from "./entry.ts";
import type { FirewallName, ProxyKind } from "./firewall.ts";
import { LabProcess, textOf } from "./lab-process.ts";
import type { LineSetting } from "./line.ts";
import type { Description, ExitStatus } from "./request.ts";
import type { HostName, LineName } from "./topology.ts";

export interface ExecOptions extends Omit<EntryPlan, "host" | "argv"> {
  /** Fed to stdin, which is then closed. */
  readonly input?: string | Buffer;
  /** Kills the program, its whole process group, when it aborts. */
  readonly abort?: AbortSignal;
}

export interface Result extends ExitStatus {
  readonly stdout: string;
  readonly stderr: string;
}

/** A running lab, as tests and the stage see it. Every method works on constant paths of the host it names. */
export class Lab {
  /** Pid, on the machine, of the lab's first process; its namespaces are below /proc/<pid>/ns. */
  readonly pid: number;
  readonly description: Description;
  readonly #close: () => Promise<void>;
  /** Resolves when the lab has ended, by `close` or otherwise. */
  readonly ended: Promise<void>;

  constructor(pid: number, description: Description, close: () => Promise<void>, ended: Promise<void>) {
    this.pid = pid;
    this.description = description;
    this.#close = close;
    this.ended = ended;
  }

  /** Ends everything in the lab and waits until it is gone. */
  close(): Promise<void> {
    return this.#close();
  }

  /** `LAB_<name>` of README.md. */
  variable(name: string): string {
    const value = this.description.variables[`LAB_${name}`];
    if (value === undefined) throw new Error(`the lab has no variable LAB_${name}`);
    return value;
  }

  /** Starts a program on a host, as root unless `user` says otherwise. */
  spawn(host: HostName, argv: readonly string[], options: Omit<ExecOptions, "input"> = {}): LabProcess {
    const { abort, ...entry } = options;
    const started = new LabProcess(this.pid, { ...entry, host, argv });
    abort?.addEventListener("abort", () => void started.kill(), { once: true });
    return started;
  }

  /** Runs a program on a host to its end; a failure is a result, not an exception. */
  async exec(host: HostName, argv: readonly string[], options: ExecOptions = {}): Promise<Result> {
    const { input, ...rest } = options;
    const started = this.spawn(host, argv, rest);
    started.stdin.on("error", () => {}); // it may end without reading
    started.stdin.end(input ?? "");
    const [stdout, stderr] = await Promise.all([textOf(started.stdout), textOf(started.stderr)]);
    return { ...(await started.exited), stdout, stderr };
  }

  /**
   * Runs a program on a host and returns what it printed.
   * @throws with its own words unless it exits with 0
   */
  async output(host: HostName, argv: readonly string[], options: ExecOptions = {}): Promise<string> {
    const { code, signal, stdout, stderr } = await this.exec(host, argv, options);
    if (code === 0) return stdout;
    throw new Error(`${host}: ${argv.join(" ")}: ended with ${signal ?? code}\n${stderr}${stdout}`);
  }

  readFile(host: HostName, path: string): Promise<string> {
    return this.output(host, ["cat", "--", path]);
  }

  async writeFile(host: HostName, path: string, text: string): Promise<void> {
    await this.output(host, ["sh", "-c", 'cat >"$0"', path], { input: text });
  }

  /** The command that enters a host from the machine itself, for a program that wants the terminal. */
  entry(plan: EntryPlan): Promise<Entry> {
    return ask(this.pid, { ...plan, does: "entry" });
  }

  /** Changes the office's firewall. What it forbids is cut at once, what it allows lives on. */
  async setFirewall(firewall: FirewallName, proxy: ProxyKind = "basic"): Promise<void> {
    await ask(this.pid, { does: "firewall", firewall, proxy });
  }

  async setLine(line: LineName, change: Partial<LineSetting>): Promise<void> {
    await ask(this.pid, { does: "line", line, change });
  }

  /** Everything on that line is lost, and nobody is told; `restore` ends it. */
  cut(line: LineName): Promise<void> {
    return this.setLine(line, { cut: true });
  }

  restore(line: LineName): Promise<void> {
    return this.setLine(line, { cut: false });
  }

  /** Pulls the host's cable; it sees that its carrier is gone. `device` is its first port if left out. */
  async unplug(host: HostName, device?: string): Promise<void> {
    await ask(this.pid, { does: "cable", host, plugged: "out", ...(device === undefined ? {} : { device }) });
  }

  async plug(host: HostName, device?: string): Promise<void> {
    await ask(this.pid, { does: "cable", host, plugged: "in", ...(device === undefined ? {} : { device }) });
  }

  /** Kills every process of a host and takes its interfaces away; what is on its disk stays. */
  async powerCut(host: HostName): Promise<void> {
    await ask(this.pid, { does: "powerCut", host });
  }

  /** Gives it power again, and starts its daemons. */
  async powerOn(host: HostName): Promise<void> {
    await ask(this.pid, { does: "powerOn", host });
  }

  /** Puts a host to sleep: every process stands still, its network ports are off. The clock goes on. */
  async sleep(host: HostName): Promise<void> {
    await ask(this.pid, { does: "sleep", host });
  }

  async wake(host: HostName): Promise<void> {
    await ask(this.pid, { does: "wake", host });
  }

  /** Packets that a PLC or HMI has received and sent since it has power. */
  packets(host: HostName): Promise<{ readonly received: number; readonly sent: number }> {
    return ask(this.pid, { does: "packets", host });
  }

  /** What a daemon of the lab has printed so far. */
  log(host: HostName, name: string): Promise<string> {
    return ask(this.pid, { does: "log", host, name });
  }
}
