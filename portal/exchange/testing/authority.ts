import { execFileSync } from "node:child_process";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";

/** Certificates for the tests, made by the openssl program: an authority, a server, routers. */
export interface Issued {
  readonly certificate: string;
  readonly privateKey: string;
}

export class Authority {
  readonly certificate: string;
  readonly #directory: string;

  constructor(directory: string) {
    mkdirSync(directory, { recursive: true });
    this.#directory = directory;
    this.#openssl(
      "req",
      "-x509",
      ...newKey,
      "-keyout",
      "ca.key",
      "-out",
      "ca.pem",
      "-subj",
      "/CN=authority",
      "-days",
      "2",
    );
    this.certificate = this.#read("ca.pem");
  }

  issue(name: string, usage: "serverAuth" | "clientAuth"): Issued {
    writeFileSync(`${this.#directory}/ext`, `extendedKeyUsage=${usage}\nkeyUsage=digitalSignature\n`);
    this.#openssl("req", ...newKey, "-keyout", "leaf.key", "-out", "leaf.csr", "-subj", `/CN=${name}`);
    const signed = ["-CA", "ca.pem", "-CAkey", "ca.key", "-CAcreateserial", "-days", "2", "-extfile", "ext"];
    this.#openssl("x509", "-req", "-in", "leaf.csr", "-out", "leaf.pem", ...signed);
    return { certificate: this.#read("leaf.pem"), privateKey: this.#read("leaf.key") };
  }

  #openssl(...args: readonly string[]): void {
    execFileSync("openssl", args, { cwd: this.#directory, stdio: "pipe" });
  }

  #read(name: string): string {
    return readFileSync(`${this.#directory}/${name}`, "utf8");
  }
}

const newKey = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes"];
