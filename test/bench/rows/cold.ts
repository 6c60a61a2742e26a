import { type Figure, figure, ms, Series } from "../figure.ts";
import type { Timed } from "../inside/face.ts";
import type { Office } from "../office.ts";

const runs = 5;

/** Nothing remembered: the first dial of a fresh agent in a place it does not know; then the same with 1194 silently dropped. */
export async function cold(office: Office): Promise<readonly Figure[]> {
  const series = { open: new Series(), silentDrop: new Series() };
  const signIns = { open: new Series(), silentDrop: new Series() };
  for (let run = 0; run < runs; run++) {
    for (const firewall of ["open", "silentDrop"] as const) {
      await office.lab.setFirewall(firewall);
      await forget(office);
      const signed = await office.ask({ type: "loginRemembered", portal: null });
      const dialled = await office.ask({ type: "dial" });
      signIns[firewall].add(signed.elapsedMs);
      series[firewall].add(signed.elapsedMs + dialled.elapsedMs);
      await office.ask({ type: "hangUp" });
    }
  }
  await office.lab.setFirewall("open");
  const laterMs = series.silentDrop.median - series.open.median;
  return [
    figure({
      row: "cold",
      what: "sign-in by a remembered device and dial, nothing else known",
      measured: ms(series.open.median),
      limit: "13 round trips: 520 ms",
      note: `${series.open.note}; the sign-in of it ${ms(signIns.open.median)}`,
    }),
    figure({
      row: "silent",
      what: "the same with 1194 silently dropped: so much later",
      measured: ms(laterMs),
      stock: "120 s (OpenVPN's server-poll-timeout)",
      limit: "250 ms: one step of the race",
      goal: "≤ 600 ms",
      held: laterMs <= 600,
      note: `${series.silentDrop.note}; the sign-in of it ${ms(signIns.silentDrop.median)}`,
    }),
  ];
}

/** A fresh agent that knows the portal and the person's device, and nothing of this network. */
async function forget(office: Office): Promise<void> {
  await office.face.tell("quit");
  await office.lab.output("laptop", ["rm", "-f", "/home/tech/.local/state/anslut/networks.json"], { user: "tech" });
  await office.face.tell<Timed>("open");
}
