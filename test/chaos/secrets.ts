import type { HostName } from "../lab/topology.ts";
import type { Scene } from "./scene.ts";

/** Files that may hold a secret because they are where it lives. */
const homesOfSecrets = ["/var/lib/anslut-portal/secrets", "/var/lib/anslut-router"];

/** Shapes of secrets that nobody can know beforehand: keys, tokens of a session, passwords of a ticket. */
const shapes = [
  "-----BEGIN [A-Z ]*PRIVATE KEY",
  "-----BEGIN OpenVPN",
  "[Bb]earer [A-Za-z0-9_.-]{16,}",
  '"(password|token|deviceToken|clientKey|privateKey|accountKey|ticketKey)":"[^"[]{8,}',
  "[?&](password|token|code)=[^ &]{6,}",
];

const daemons: readonly (readonly [HostName, string])[] = [
  ["portal", "portal"],
  ["laptop", "helper"],
  ["laptop2", "helper"],
  ["router1", "helper"],
  ["router2", "helper"],
  ["router3", "helper"],
  ["router1", "router"],
  ["router2", "router"],
  ["router3", "router"],
];

const hosts: readonly HostName[] = ["laptop", "laptop2", "portal", "router1", "router2", "router3"];

/** Looks for every secret of the lab in every log, and in argv and environment of every process. */
export class SecretHunt {
  readonly #scene: Scene;
  readonly #secrets = new Map<string, string>();

  constructor(scene: Scene) {
    this.#scene = scene;
    for (const [name, value] of Object.entries(scene.lab.description.variables)) {
      if (/PASSWORD|TOTP_SECRET/.test(name)) this.#secrets.set(value, name);
    }
  }

  /** How many secrets are looked for. */
  get size(): number {
    return this.#secrets.size;
  }

  /** Where secrets were found, in words, without the secret. */
  async search(): Promise<readonly string[]> {
    await this.#learn();
    const found = await Promise.all([
      ...daemons.map(([host, name]) => this.#searchLog(host, name)),
      ...hosts.map((host) => this.#searchHost(host)),
    ]);
    return found.flat();
  }

  /** Routers change their passwords with every ticket; what was one once is remembered. */
  async #learn(): Promise<void> {
    const { lab } = this.#scene;
    for (const host of hosts) {
      const script = `cat ${homesOfSecrets.map((home) => `${home}/*.key ${home}/credentials.json`).join(" ")} 2>/dev/null; :`;
      const { stdout } = await lab.exec(host, ["sh", "-c", script]).catch(() => ({ stdout: "" })); // no power
      for (const [, value = ""] of stdout.matchAll(/"(?:password|formerPassword)": "([^"]+)"/g)) {
        this.#secrets.set(value, `a router's password on ${host}`);
      }
      const pems = stdout.replaceAll("\\n", "\n").matchAll(/-----BEGIN (?:PRIVATE KEY|OpenVPN[^-]*)-----\n([^-]+)/g);
      for (const [, body = ""] of pems) {
        for (const line of body.split("\n")) if (line.length > 24) this.#secrets.set(line, `a private key on ${host}`);
      }
    }
  }

  async #searchLog(host: HostName, name: string): Promise<readonly string[]> {
    return this.#hits(await this.#scene.lab.log(host, name), `the log of ${name} on ${host}`);
  }

  async #searchHost(host: HostName): Promise<readonly string[]> {
    const places = "/home/*/.local/state /home/*/.config /var/log /tmp /run/user/*/anslut /run/anslut";
    const script = `find ${places} -type f -exec cat {} + 2>/dev/null; cat /proc/[0-9]*/cmdline /proc/[0-9]*/environ 2>/dev/null | tr '\\0' '\\n'; :`;
    const { stdout } = await this.#scene.lab.exec(host, ["sh", "-c", script]).catch(() => ({ stdout: "" })); // no power
    return this.#hits(stdout, `the files, arguments or environments on ${host}`);
  }

  #hits(text: string, where: string): readonly string[] {
    const known = [...this.#secrets]
      .filter(([secret]) => text.includes(secret))
      .map(([, name]) => `${name} is in ${where}`);
    const shaped = shapes
      .filter((shape) => new RegExp(shape).test(text))
      .map((shape) => `what looks like ${shape} is in ${where}`);
    return [...known, ...shaped];
  }
}
