import { spawn } from "node:child_process";
import { RouterProblem } from "../problem.ts";

/** Debian's nftables; never looked for in PATH. */
const program = "/usr/sbin/nft";

/** Puts rules in force, all or none. Throws {@link RouterProblem}. */
export type ApplyRules = (rules: string) => Promise<void>;

export const applyRules: ApplyRules = (rules) => runNft(["-f", "-"], rules);

/** Looks at rules without putting them in force. */
export const checkRules: ApplyRules = (rules) => runNft(["-c", "-f", "-"], rules);

async function runNft(args: readonly string[], rules: string): Promise<void> {
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  const child = spawn(program, args, { env: {}, stdio: ["pipe", "ignore", "pipe"] });
  let complaint = "";
  child.stderr.setEncoding("utf8").on("data", (text: string) => {
    complaint = (complaint + text).slice(0, 1000);
  });
  child.on("error", () => reject(new RouterProblem("nftMissing", { program })));
  child.on("close", (code) => {
    if (code === 0) resolve();
    else if (/not permitted/.test(complaint)) reject(new RouterProblem("capabilityMissing"));
    else reject(new RouterProblem("rulesRefused", { detail: complaint.trim() }));
  });
  child.stdin.on("error", () => undefined); // its end says it
  child.stdin.end(rules);
  return promise;
}
