import { setTimeout as pause } from "node:timers/promises";
import { type Figure, figure, Series } from "../figure.ts";
import type { Timed } from "../inside/face.ts";
import type { Office } from "../office.ts";

/** openvpn killed; the laptop's cable out for a minute; the line silent for a minute with the carrier there. */
export async function recovery(office: Office): Promise<readonly Figure[]> {
  await office.ask({ type: "dial" });
  const killed = new Series();
  for (let run = 0; run < 5; run++) {
    await office.lab.output("laptop", ["pkill", "-KILL", "-u", "anslut-vpn", "-x", "openvpn"]);
    killed.add(await back(office));
    await pause(500);
  }
  const cable = new Series();
  for (let run = 0; run < 2; run++) {
    await office.lab.unplug("laptop");
    await pause(60_000);
    await office.lab.plug("laptop");
    cable.add(await back(office));
  }
  await office.lab.cut("office");
  await pause(60_000);
  await office.lab.restore("office");
  const silent = await back(office);
  await office.ask({ type: "hangUp" });
  return [
    line("openvpn killed, echo again", killed, "8 round trips: 320 ms"),
    line("cable out for 60 s, echo again after its return", cable, "8 round trips: 320 ms"),
    figure({
      row: "recovery",
      what: "line silent for 60 s (carrier there), echo again after its return",
      measured: seconds(silent),
      note: "n=1",
    }),
  ];
}

function line(what: string, series: Series, limit: string): Figure {
  return figure({
    row: "recovery",
    what,
    measured: seconds(series.median),
    limit,
    goal: "≤ 3 s",
    held: series.median <= 3000,
    note: series.note,
  });
}

/** Milliseconds from now until the tunnel has gone and is ready again. */
async function back(office: Office): Promise<number> {
  const { elapsedMs } = await office.face.tell<Timed>("until", { state: "ready", again: true });
  return elapsedMs;
}

function seconds(elapsedMs: number): string {
  return `${(elapsedMs / 1000).toFixed(2)} s`;
}
