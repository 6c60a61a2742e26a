// For credentials/atomic-file.test.ts: replaces a file's text for ever; says so after each time.
import { writeDurably } from "../credentials/atomic-file.ts";

const [path = ""] = process.argv.slice(2);

for (let turn = 0; ; turn++) {
  await writeDurably(path, (turn % 2 === 0 ? "a" : "b").repeat(500_000));
  process.stdout.write(".");
}
