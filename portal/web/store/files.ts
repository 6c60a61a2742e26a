import {
  closeSync,
  existsSync,
  fsyncSync,
  mkdirSync,
  openSync,
  readFileSync,
  renameSync,
  rmSync,
  writeSync,
} from "node:fs";
import { join } from "node:path";

/** Names of the files in `<data>/secrets`. */
export const secretFiles = {
  webAuthorityKey: "web-authority.key",
  webAuthority: "web-authority.pem",
  webKey: "web.key",
  webCertificate: "web.pem",
  nextWebKey: "web-next.key",
  tunnelAuthorityKey: "tunnel-authority.key",
  tunnelAuthority: "tunnel-authority.pem",
  ticketKey: "ticket-server.key",
} as const;
export type SecretFile = keyof typeof secretFiles;

/** `<data>/secrets`: 0700, each file 0600, replaced whole or not at all. */
export class SecretStore {
  readonly folder: string;

  constructor(data: string) {
    this.folder = join(data, "secrets");
  }

  create(): void {
    mkdirSync(this.folder, { mode: 0o700, recursive: true });
  }

  has(file: SecretFile): boolean {
    return existsSync(join(this.folder, secretFiles[file]));
  }

  read(file: SecretFile): string {
    return readFileSync(join(this.folder, secretFiles[file]), "utf8");
  }

  write(file: SecretFile, text: string): void {
    writeWhole(join(this.folder, secretFiles[file]), text);
  }

  remove(file: SecretFile): void {
    rmSync(join(this.folder, secretFiles[file]), { force: true });
  }
}

/** Writes a 0600 file so that after a power cut either the old or the new text is there. */
function writeWhole(path: string, text: string): void {
  const draft = `${path}.new`;
  const descriptor = openSync(draft, "w", 0o600);
  try {
    writeSync(descriptor, text);
    fsyncSync(descriptor);
  } finally {
    closeSync(descriptor);
  }
  renameSync(draft, path);
}
