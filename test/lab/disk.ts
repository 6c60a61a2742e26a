import { randomUUID } from "node:crypto";
import { chmod, chown, mkdir, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { groupLines, passwdLines, people, personNamed, withoutOurs } from "./people.ts";
import { addressOf, type HostName, hosts } from "./topology.ts";

/** Where the lab keeps everything, in its own tmpfs. Not visible from any host. */
export const labDirectory = "/run/anslut-lab";

export function hostDirectory(host: HostName): string {
  return join(labDirectory, "hosts", host);
}

/** A host's directories: `disk` survives a power cut, `memory` does not. */
const mounts: readonly (readonly [source: string, target: string, mode: number])[] = [
  ["disk/etc-anslut", "/etc/anslut", 0o755],
  ["disk/var-lib", "/var/lib", 0o755],
  ["disk/var-log", "/var/log", 0o755],
  ["disk/home", "/home", 0o755],
  ["disk/root", "/root", 0o700],
  ["disk/var-tmp", "/var/tmp", 0o1777],
  ["memory/tmp", "/tmp", 0o1777],
  ["memory/shm", "/dev/shm", 0o1777],
];

/** Adds the lab's people to the /etc that all hosts share. */
export async function addPeople(): Promise<void> {
  for (const [name, lines] of [["passwd", passwdLines()] as const, ["group", groupLines()] as const]) {
    const path = join(labDirectory, "etc", name);
    await writeFile(path, withoutOurs(await readFile(path, "utf8")) + lines);
  }
}

/** Lays out a new host's disk, and the list of mounts that `holder.sh` carries out. */
export async function makeDisk(host: HostName): Promise<void> {
  const directory = hostDirectory(host);
  for (const [source, , mode] of mounts) await makeDirectory(join(directory, source), mode);
  for (const person of people) {
    const home = join(directory, "disk/home", person.name);
    await makeDirectory(home, 0o700);
    await chown(home, person.uid, person.uid);
  }
  if (host.startsWith("router")) {
    const { uid } = personNamed("anslut-router");
    const state = join(directory, "disk/var-lib/anslut-router"); // as its package would
    await makeDirectory(state, 0o700);
    await chown(state, uid, uid);
  }
  await makeDirectory(join(directory, "etc"), 0o755);
  await writeFile(join(directory, "etc/hosts"), hostsFile(host));
  await writeFile(join(directory, "etc/hostname"), `${host}\n`);
  const nameserver = hosts[host].nameserver;
  const resolver = nameserver === undefined ? "" : `nameserver ${nameserver}\noptions timeout:2 attempts:2\n`;
  await writeFile(join(directory, "etc/resolv.conf"), resolver);
  await writeFile(join(directory, "fstab"), fstab(directory));
}

/** What is lost when the power goes: /run, /tmp, /dev/shm. Comes back empty, with the run directories of the people. */
export async function clearMemory(host: HostName): Promise<void> {
  const directory = hostDirectory(host);
  for (const [source, , mode] of mounts.filter(([name]) => name.startsWith("memory/"))) {
    await emptyDirectory(join(directory, source), mode);
  }
  await writeFile(join(directory, "memory/boot-id"), `${randomUUID()}\n`);
  await emptyDirectory(join(directory, "memory/run"), 0o755);
  await makeDirectory(join(directory, "memory/run/lock"), 0o1777);
  for (const person of people) {
    const path = join(directory, "memory/run/user", String(person.uid));
    await makeDirectory(path, 0o700);
    await chown(path, person.uid, person.uid);
  }
}

function fstab(directory: string): string {
  const lines = [
    `${labDirectory}/etc /etc none bind,ro 0 0`,
    ...["hosts", "hostname", "resolv.conf"].map((name) => `${directory}/etc/${name} /etc/${name} none bind 0 0`),
    ...mounts.map(([source, target]) => `${directory}/${source} ${target} none bind 0 0`),
    `${directory}/memory/boot-id /proc/sys/kernel/random/boot_id none bind 0 0`, // it is a boot of its own
    `${labDirectory}/tun /dev/net/tun none bind 0 0`,
    `${labDirectory}/opt /opt none rbind 0 0`,
    `${directory}/memory/run /run none bind 0 0`, // last: it hides all of the above's sources
  ];
  return `${lines.join("\n")}\n`;
}

function hostsFile(host: HostName): string {
  return `127.0.0.1 localhost\n::1 localhost ip6-localhost\n${addressOf(host)} ${host}\n`;
}

async function makeDirectory(path: string, mode: number): Promise<void> {
  await mkdir(path, { recursive: true });
  await chmod(path, mode);
}

async function emptyDirectory(path: string, mode: number): Promise<void> {
  await makeDirectory(path, mode);
  for (const name of await readdir(path)) await rm(join(path, name), { recursive: true, force: true });
}
