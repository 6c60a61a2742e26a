import { type Figure, figure, ms, ratio, Series } from "../figure.ts";
import type { StockDial } from "../inside/stock.ts";
import type { Office } from "../office.ts";

const roundTripMs = 40;
const runs = 9;

/** Dial to first echo, by turns with openvpn, a DHCP client, ip route and an echo on the same server. */
export async function dial(office: Office): Promise<readonly Figure[]> {
  await office.ask({ type: "dial" }); // the way is remembered from now on
  await office.ask({ type: "hangUp" });
  const ours = new Series();
  const stock = new Series();
  const leased = new Series();
  for (let run = 0; run < runs; run++) {
    ours.add((await office.ask({ type: "dial" })).elapsedMs);
    await office.ask({ type: "hangUp" });
    const theirs = await office.stock.tell<StockDial>("dial");
    stock.add(theirs.echoedMs);
    leased.add(theirs.leasedMs);
    await office.stock.tell("hangUp");
  }
  const goalMs = 8 * roundTripMs + 80;
  const line = { row: "dial", measured: ms(ours.median), limit: `7 round trips: ${ms(7 * roundTripMs)}` };
  return [
    figure({
      ...line,
      what: "dial to first echo, ticket included",
      stock: `${ms(stock.median)} (leased after ${ms(leased.median)})`,
      goal: `≤ ${ms(goalMs)}`,
      held: ours.median <= goalMs,
      note: ours.note,
    }),
    figure({
      row: "dial",
      what: "the same against stock tools",
      measured: ratio(ours.median, stock.median),
      goal: "≤ 0.85 ×",
      held: ours.median <= 0.85 * stock.median,
      note: stock.note,
    }),
  ];
}

/** Signed in, but nobody has asked the portal anything for longer than a kept connection is kept. */
export async function dialRested(office: Office, restMs = 90_000): Promise<readonly Figure[]> {
  const ours = new Series();
  for (let run = 0; run < 2; run++) {
    await new Promise((resolve) => setTimeout(resolve, restMs));
    ours.add((await office.ask({ type: "dial" })).elapsedMs);
    await office.ask({ type: "hangUp" });
  }
  return [
    figure({
      row: "rested",
      what: `dial after ${restMs / 1000} s of rest`,
      measured: ms(ours.median),
      goal: `≤ ${ms(8 * roundTripMs + 80)}`,
      held: ours.median <= 8 * roundTripMs + 80,
      note: ours.note,
    }),
  ];
}
