import { execFile } from "node:child_process";
import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";

const run = promisify(execFile);
const curve = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes"] as const;

/** An authority made by OpenSSL, as a portal has one. */
export class TestAuthority {
  readonly pem: string;
  readonly #directory: string;
  readonly #name: string;

  private constructor(directory: string, name: string, pem: string) {
    this.#directory = directory;
    this.#name = name;
    this.pem = pem;
  }

  static async make(directory: string, name: string): Promise<TestAuthority> {
    const [certificate, key] = [join(directory, `${name}.pem`), join(directory, `${name}.key`)];
    await openssl([
      "req",
      "-x509",
      ...curve,
      "-keyout",
      key,
      "-out",
      certificate,
      "-subj",
      `/CN=${name}`,
      "-days",
      "3",
    ]);
    return new TestAuthority(directory, name, await readFile(certificate, "utf8"));
  }

  /** A server's certificate and key for 127.0.0.1, the authority's certificate behind it. */
  async server(): Promise<{ readonly certificate: string; readonly privateKey: string }> {
    const key = join(this.#directory, `${this.#name}-server.key`);
    const request = await this.#request(key);
    const certificate = await this.#sign(["-in", request], "subjectAltName=IP:127.0.0.1");
    return { certificate: certificate + this.pem, privateKey: await readFile(key, "utf8") };
  }

  /** A certificate for somebody else's public key. */
  async certify(publicKey: string): Promise<string> {
    const request = await this.#request(join(this.#directory, `${this.#name}-any.key`));
    const path = join(this.#directory, `${this.#name}-public.pem`);
    await writeFile(path, publicKey);
    return await this.#sign(["-in", request, "-force_pubkey", path], "extendedKeyUsage=clientAuth");
  }

  async #request(key: string): Promise<string> {
    const request = `${key}.csr`;
    await openssl(["req", "-new", ...curve, "-keyout", key, "-out", request, "-subj", "/CN=router-17"]);
    return request;
  }

  async #sign(words: readonly string[], extension: string): Promise<string> {
    const own = join(this.#directory, this.#name);
    const extensions = `${own}.ext`;
    const certificate = `${own}-signed.pem`;
    await writeFile(extensions, extension);
    const by = ["-CA", `${own}.pem`, "-CAkey", `${own}.key`, "-CAcreateserial", "-extfile", extensions];
    await openssl(["x509", "-req", ...words, ...by, "-days", "2", "-out", certificate]);
    return await readFile(certificate, "utf8");
  }
}

async function openssl(words: readonly string[]): Promise<void> {
  await run("openssl", words);
}
