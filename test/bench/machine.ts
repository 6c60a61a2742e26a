import { cpus, release, totalmem } from "node:os";
import { run } from "../lab/run.ts";

/** The machine and the versions of what was measured, in one line. */
export async function machineLine(): Promise<string> {
  const [cpu] = cpus();
  const memory = `${Math.round(totalmem() / 2 ** 30)} GB`;
  const versions = await Promise.all([
    run("openvpn", ["--version"]).catch(String),
    run("ip", ["-V"]),
    run("dnsmasq", ["--version"]),
    run("nft", ["--version"]),
    run("go", ["env", "GOVERSION"]),
  ]);
  const programs = versions.map(
    (text) => /OpenVPN \S+|iproute2-\S+|Dnsmasq version \S+|nftables \S+|go\S+/.exec(text)?.[0],
  );
  const parts = [`${cpus().length} × ${cpu?.model.trim()}`, memory, `Linux ${release()}`, `Node ${process.version}`];
  return [...parts, ...programs].join(", ");
}
