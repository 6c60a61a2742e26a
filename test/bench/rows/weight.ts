import { setTimeout as pause } from "node:timers/promises";
import { type Figure, figure, ms, Series } from "../figure.ts";
import type { Office } from "../office.ts";

const watchedSeconds = 60;

/** How quickly the helper answers, what helper and agent hold, and what they do while a tunnel stands idle. */
export async function weight(office: Office): Promise<readonly Figure[]> {
  const start = new Series();
  for (let run = 0; run < 9; run++) {
    const said = await office.lab.output("stranger", ["/opt/node/node", "/opt/repo/test/bench/inside/helper-start.ts"]);
    start.add(Number(said));
  }
  const bare = await usageOf(office, "anslut-helper serve");
  await office.ask({ type: "dial" });
  await pause(5000);
  const before = { helper: await usageOf(office, "anslut-helper serve"), agent: await usageOf(office, "agent.mjs") };
  await pause(watchedSeconds * 1000);
  const after = { helper: await usageOf(office, "anslut-helper serve"), agent: await usageOf(office, "agent.mjs") };
  await office.ask({ type: "hangUp" });
  const hour = (name: "helper" | "agent"): string => {
    const scale = 3600 / watchedSeconds;
    const cpu = (after[name].cpuSeconds - before[name].cpuSeconds) * scale;
    const switches = (after[name].switches - before[name].switches) / watchedSeconds;
    return `${cpu.toFixed(1)} s CPU, ${switches.toFixed(1)} switches/s`;
  };
  const note = `measured for ${watchedSeconds} s`;
  return [
    figure({
      row: "weight",
      what: "helper: start to answer",
      measured: ms(start.median),
      goal: "≤ 20 ms",
      held: start.median <= 20,
      note: start.note,
    }),
    memory("helper idle", bare.rssMb, 20),
    memory("agent with a tunnel", after.agent.rssMb, 100),
    figure({ row: "weight", what: "helper, one connected hour", measured: hour("helper"), note }),
    figure({ row: "weight", what: "agent, one connected hour", measured: hour("agent"), note }),
  ];
}

function memory(what: string, rssMb: number, goalMb: number): Figure {
  return figure({
    row: "weight",
    what: `${what}: resident`,
    measured: `${rssMb.toFixed(1)} MB`,
    goal: `< ${goalMb} MB`,
    held: rssMb < goalMb,
  });
}

interface Usage {
  readonly rssMb: number;
  readonly cpuSeconds: number;
  readonly switches: number;
}

/** Of all threads of the one process on the laptop whose command line holds these words. */
async function usageOf(office: Office, words: string): Promise<Usage> {
  // The pattern stands in brackets so that the shell does not find itself.
  const script = `p=$(pgrep -f "[/]opt/anslut/${words}|[/]${words}" | head -n 1)
awk '/VmRSS/ {print $2}' /proc/$p/status
awk '{print $14 + $15}' /proc/$p/stat
cat /proc/$p/task/*/status | awk '/ctxt_switches/ {s += $2} END {print s}'`;
  const numbers = (await office.lab.output("laptop", ["sh", "-c", script])).trim().split("\n").map(Number);
  const [rssKb = Number.NaN, ticks = Number.NaN, switches = Number.NaN] = numbers;
  return { rssMb: rssKb / 1024, cpuSeconds: ticks / 100, switches };
}
