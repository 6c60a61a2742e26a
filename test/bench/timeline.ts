import { writeFile } from "node:fs/promises";
import { draw } from "./drawing.ts";
import { ms } from "./figure.ts";
import type { Timed } from "./inside/face.ts";
import { Office } from "./office.ts";
import { readPackets, type Step, stepsOf } from "./trace.ts";

const tries = 7;

interface Traced {
  readonly steps: readonly Step[];
  readonly dialled: Timed;
}

/** Draws the time line of a real dial, the median one of several, into a file. */
export async function drawTimeline(file: string): Promise<void> {
  const office = await Office.open();
  try {
    await office.ask({ type: "dial" });
    await office.ask({ type: "hangUp" });
    const traced: Traced[] = [];
    for (let index = 0; index < tries; index++) traced.push(await traceDial(office));
    traced.sort((a, b) => a.dialled.elapsedMs - b.dialled.elapsedMs);
    const chosen = traced[Math.floor(tries / 2)];
    if (chosen === undefined) return;
    const title = `One dial at 40 ms, round trip by round trip: ${ms(chosen.dialled.elapsedMs)} from request to ready`;
    await writeFile(file, draw(chosen.steps, 40, title));
  } finally {
    await office.close();
  }
}

async function traceDial(office: Office): Promise<Traced> {
  const argv = ["tcpdump", "-i", "any", "-tt", "-n", "-l", "--immediate-mode", "not host 127.0.0.1"];
  const tcpdump = office.lab.spawn("laptop", argv);
  let text = "";
  tcpdump.stdout.on("data", (chunk: Buffer) => {
    text += chunk.toString();
  });
  await tcpdump.line(/listening on/);
  const dialled = await office.ask({ type: "dial" });
  await office.ask({ type: "hangUp" });
  tcpdump.signal("SIGINT");
  await tcpdump.exited;
  return { steps: stepsOf(readPackets(text), dialled.fromMs), dialled };
}
