// The desktop's window for a browser on this computer:  node test/stage/window/main.ts <dist>
// Says an address on stdout for each line on stdin ("open"), "connect <id>" is a deep link; ends with stdin.

import { createInterface } from "node:readline";
import { openWindowStage } from "./stage.ts";

const [dist = "dist"] = process.argv.slice(2);
const stage = await openWindowStage(dist, process.env);
process.stdout.write(`${stage.makeAddress()}\n`);
for await (const line of createInterface(process.stdin)) {
  const [word, machine = ""] = line.split(" ");
  if (word === "connect") stage.askToConnect(machine);
  else process.stdout.write(`${stage.makeAddress()}\n`);
}
stage.close();
