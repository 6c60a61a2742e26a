/** Everybody with a uid in the lab. The files are bind-mounted over /etc/passwd and /etc/group of every host. */
export interface Person {
  readonly name: string;
  readonly uid: number;
  readonly home: string;
  readonly shell: string;
}

/** System users of the product (DECISIONS.md: "Lab system users"). */
const systemUsers: readonly Person[] = [
  { name: "anslut-vpn", uid: 6101, home: "/nonexistent", shell: "/usr/sbin/nologin" },
  { name: "anslut-web", uid: 6102, home: "/nonexistent", shell: "/usr/sbin/nologin" },
  { name: "anslut-front", uid: 6103, home: "/nonexistent", shell: "/usr/sbin/nologin" },
  { name: "anslut-router", uid: 6104, home: "/var/lib/anslut-router", shell: "/usr/sbin/nologin" },
];

/** People who sit at a computer: a home and a run directory of their own on every host. */
export const people: readonly Person[] = [
  { name: "tech", uid: 6201, home: "/home/tech", shell: "/bin/bash" },
  { name: "tech2", uid: 6202, home: "/home/tech2", shell: "/bin/bash" },
  { name: "visitor", uid: 6203, home: "/home/visitor", shell: "/bin/bash" },
];

export const root: Person = { name: "root", uid: 0, home: "/root", shell: "/bin/bash" };

const added: readonly Person[] = [...systemUsers, ...people];

/** @throws if nobody in the lab has that name */
export function personNamed(name: string): Person {
  const person = [root, ...added].find((each) => each.name === name);
  if (person === undefined) throw new Error(`nobody in the lab is called ${name}`);
  return person;
}

export function passwdLines(): string {
  return added.map((p) => `${p.name}:x:${p.uid}:${p.uid}:${p.name}:${p.home}:${p.shell}\n`).join("");
}

/** Every person has a group of the same name and number. */
export function groupLines(): string {
  return added.map((p) => `${p.name}:x:${p.uid}:\n`).join("");
}

/** The machine's own file without the lines that would collide with ours. */
export function withoutOurs(text: string): string {
  const names = new Set(added.map((person) => person.name));
  return text
    .split("\n")
    .filter((line) => line !== "" && !names.has(line.slice(0, line.indexOf(":"))))
    .map((line) => `${line}\n`)
    .join("");
}
