import { randomBytes } from "node:crypto";
import { loadavg } from "node:os";
import { giveManyMachines } from "../../lab/many-machines.ts";
import { Actor } from "../actor.ts";
import { type Figure, figure, ms, Series } from "../figure.ts";
import type { Office } from "../office.ts";
import { median, percentile } from "../statistics.ts";

const crowd = 250;
const userCount = 16; // a person may have 16 tunnels
const machines = 20_000;

/** The portal under load, seen from a host beside it: 250 real OpenVPN clients within a minute, 20,000 machines, sign-ins. */
export async function portal({ lab }: Office): Promise<readonly Figure[]> {
  const account = lab.variable("ACCOUNT");
  const password = randomBytes(12).toString("hex");
  const users = Array.from({ length: userCount }, (_, index) => ({ account, user: `crowd${index}`, password }));
  for (const { user } of users) {
    const argv = ["/opt/anslut/bin/anslut-portal", "user", "add", account, user, "--password-stdin", "--json"];
    await lab.output("portal", argv, { input: password });
  }
  await giveManyMachines(lab, account, users[0]?.user ?? "", machines);
  const people = await Actor.start(lab, "stranger", "root", "crowd");
  await people.tell("signIn", { url: lab.variable("PORTAL_URL"), users });
  await people.tell("listen", { count: crowd });

  const lists = await lists20000(people);
  const signIns = await people.tell<number>("logins", { forMs: 8000, atOnce: 8 });
  const stillAlive = await people.tell<number>("alive");
  const dialled = await people.tell<{ readonly elapsedMs: number[]; readonly failed: string[] }>("dial", {
    count: crowd,
    withinMs: 55_000,
  });
  const load = loadavg()[0]?.toFixed(1);
  const memory = await memoryOf(lab);
  await people.end();
  const served = dialled.elapsedMs.length;
  return [
    figure({
      row: "portal",
      what: `${crowd} OpenVPN clients within a minute, all on this machine: served`,
      measured: `${served}`,
      goal: "all",
      held: served === crowd,
      note: dialled.failed[0] ?? "",
    }),
    figure({
      row: "portal",
      what: "ticket to tunnel, 95th percentile",
      measured: served === 0 ? "–" : ms(percentile(dialled.elapsedMs, 95)),
      note: served === 0 ? "" : `median ${ms(median(dialled.elapsedMs))}, load ${load}`,
    }),
    ...lists,
    figure({ row: "portal", what: `resident with ${crowd} tunnels and ${machines} machines`, measured: memory }),
    figure({
      row: "portal",
      what: `sign-ins a second (argon2id), ${crowd} event streams open`,
      measured: `${signIns.toFixed(1)}/s`,
      goal: `${crowd} streams alive`,
      held: stillAlive === crowd,
      note: `${stillAlive} alive`,
    }),
  ];
}

async function lists20000(people: Actor): Promise<readonly Figure[]> {
  const asked = [
    ["overview: first 100 of 20,000 machines", "/machines?limit=100", 100],
    ["machine list: 500 of 20,000", "/machines?limit=500", 100],
    ["search, one hit", "/machines?search=B-003039", 50],
    ["search of two words, many hits", "/machines?search=graz+customer", 50],
    ["search, no hit", "/machines?search=nowhere", 50],
  ] as const;
  const figures: Figure[] = [];
  for (const [what, path, goalMs] of asked) {
    const series = new Series();
    for (const elapsedMs of await people.tell<number[]>("time", { path, runs: 15 })) series.add(elapsedMs);
    const held = series.median <= goalMs;
    figures.push(
      figure({ row: "portal", what, measured: ms(series.median), goal: `≤ ${goalMs} ms`, held, note: series.note }),
    );
  }
  return figures;
}

async function memoryOf(lab: Office["lab"]): Promise<string> {
  const script = `for name in web exchange front; do
  p=$(pgrep -f "[/]$name.mjs" | head -n 1); echo "$name $(awk '/VmRSS/ {print int($2 / 1024)}' /proc/$p/status) MB"
done
echo "openvpn $(ps -C openvpn -o rss= | awk '{s += $1; n++} END {print n " × " int(s / n / 1024 * 10) / 10}') MB"`;
  return (await lab.output("portal", ["sh", "-c", script])).trim().split("\n").join(", ");
}
