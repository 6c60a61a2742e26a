import type { Lab } from "../lab/lab.ts";
import type { LabProcess } from "../lab/lab-process.ts";

const port = 9443;
const directory = "/root/inspector";

/**
 * A box in the office's gateway that opens all TLS to port 443, the only one that leaves, with certificates of its own authority,
 * and passes on what is inside. It is socat, not one of our programs.
 */
export class Inspector {
  readonly #lab: Lab;
  readonly #process: LabProcess;

  private constructor(lab: Lab, process: LabProcess) {
    this.#lab = lab;
    this.#process = process;
  }

  static async open(lab: Lab): Promise<Inspector> {
    const host = lab.variable("PORTAL_HOST");
    await lab.output("office", ["mkdir", "-p", directory]);
    await lab.output("office", [
      ...["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-days", "30"],
      ...["-subj", `/O=Office Inspection/CN=${host}`, "-addext", `subjectAltName=DNS:${host}`],
      ...["-keyout", `${directory}/key`, "-out", `${directory}/cert`],
    ]);
    const listen = `OPENSSL-LISTEN:${port},reuseaddr,fork,cert=${directory}/cert,key=${directory}/key,verify=0`;
    const onward = `OPENSSL:${lab.variable("PORTAL_ADDRESS")}:443,verify=0,snihost=${host}`;
    const process = lab.spawn("office", ["socat", "-d", "-d", "-r", `${directory}/seen`, listen, onward]);
    await process.line(/listening on/);
    await lab.setFirewall("only443");
    const rules = `
      insert rule inet office input iifname "lan0" tcp dport ${port} accept
      insert rule inet office forward iifname "lan0" tcp dport 443 reject with tcp reset
      table inet inspector {
        chain redirected { type nat hook prerouting priority dstnat; iifname "lan0" tcp dport 443 redirect to :${port}; }
      }`;
    await lab.output("office", ["nft", "-f", "-"], { input: rules });
    return new Inspector(lab, process);
  }

  /** What it has read of what was sent through it. */
  async read(): Promise<string> {
    return (await this.#lab.exec("office", ["cat", `${directory}/seen`])).stdout;
  }

  async close(): Promise<void> {
    await this.#lab.output("office", ["nft", "delete", "table", "inet", "inspector"]);
    await this.#process.kill();
  }
}
