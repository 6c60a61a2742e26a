import { type Figure, figure, Series } from "../figure.ts";
import type { FrontLoad } from "../inside/front-load.ts";
import type { Office } from "../office.ts";

/** 1,000 forwarded connections open: memory of each, and how many new ones a second. */
export async function front({ lab }: Office): Promise<readonly Figure[]> {
  const bytes = new Series();
  const rate = new Series();
  const cpu = new Series();
  for (let run = 0; run < 3; run++) {
    const said = await lab.output("stranger", ["/opt/node/node", "/opt/repo/test/bench/inside/front-load.ts"]);
    const load = JSON.parse(said) as FrontLoad;
    bytes.add(load.bytesEach / 1024);
    rate.add(load.perSecond);
    cpu.add(load.cpuMsEach);
  }
  return [
    figure({
      row: "front",
      what: "1,000 forwarded connections open: memory of each",
      measured: `${bytes.median.toFixed(1)} KiB`,
      note: bytes.note,
    }),
    figure({
      row: "front",
      what: "new forwarded connections a second (their clients on the same cores)",
      measured: `${Math.round(rate.median)}/s`,
      limit: `${Math.round(1000 / cpu.median)}/s a core, by front's own CPU time`,
      note: rate.note,
    }),
  ];
}
