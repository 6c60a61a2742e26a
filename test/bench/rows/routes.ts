import { Actor } from "../actor.ts";
import { type Figure, figure, ms, ratio, Series } from "../figure.ts";
import type { Office } from "../office.ts";

const runs = 7;
const networks = Array.from({ length: 2000 }, (_, index) => `172.${16 + (index >> 8)}.${index & 255}.0/24`);

/** 2,000 networks in one setRoutes, by turns with `ip -batch` on the same adapter; then one of them changed, beside one that stands alone. */
export async function routes(office: Office): Promise<readonly Figure[]> {
  const helper = await Actor.start(office.lab, "laptop2", "tech2", "helper");
  await helper.tell("signIn", { url: office.lab.variable("PORTAL_URL"), who: await office.who("BEN", 1) });
  const gateway = await helper.tell<string>("connect", { port: 1194 });
  const ours = new Series();
  const batch = new Series();
  const one = new Series();
  const alone = new Series();
  for (let run = 0; run < runs; run++) {
    ours.add(await helper.tell<number>("setRoutes", { networks }));
    const changed = [...networks.slice(1), "172.31.255.0/24"];
    one.add(await helper.tell<number>("setRoutes", { networks: changed }));
    await helper.tell("setRoutes", { networks: networks.slice(0, 1) });
    alone.add(await helper.tell<number>("setRoutes", { networks: networks.slice(1, 2) }));
    await helper.tell("setRoutes", { networks: [] });
    batch.add(await ipBatch(office, gateway, "add"));
    await ipBatch(office, gateway, "del");
  }
  await helper.tell("disconnect");
  await helper.end();
  return [
    figure({
      row: "routes",
      what: "2,000 networks in one setRoutes",
      measured: ms(ours.median),
      stock: `${ms(batch.median)} (ip -batch)`,
      limit: "ip -batch",
      goal: "≤ 1.5 ×",
      held: ours.median <= 1.5 * batch.median,
      note: `${ratio(ours.median, batch.median)}; ${ours.note}`,
    }),
    figure({
      row: "routes",
      what: "one of 2,000 changed",
      measured: ms(one.median),
      stock: `${ms(alone.median)} (the only one changed)`,
      limit: "the only one changed",
      goal: "≤ 1.5 ×",
      held: one.median <= 1.5 * alone.median,
      note: `${ratio(one.median, alone.median)}; ${one.note}`,
    }),
  ];
}

/** Milliseconds of one `ip -batch`, its start as a process included. */
async function ipBatch(office: Office, gateway: string, verb: "add" | "del"): Promise<number> {
  const lines = networks.map((network) => `route ${verb} ${network} via ${gateway} dev anslut0 proto 99\n`).join("");
  await office.lab.writeFile("laptop2", "/tmp/batch", lines);
  // date's own start would count for ours: it stands on both sides.
  const script = "from=$(date +%s%N); ip -batch /tmp/batch; to=$(date +%s%N); echo $((to - from))";
  return Number(await office.lab.output("laptop2", ["sh", "-c", script])) / 1e6;
}
