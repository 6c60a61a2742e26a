import { AsyncEntry } from "@napi-rs/keyring";

/** Secrets that outlive the agent. Without a keyring nothing is kept: never a plain file (SECURITY, Agent). */
export interface Secrets {
  /** Whether the system's keyring answers. Asked anew each time: it may be unlocked later. */
  available(): Promise<boolean>;
  read(name: string): Promise<string | null>;
  /** Whether it could be kept. */
  keep(name: string, secret: string): Promise<boolean>;
  forget(name: string): Promise<void>;
}

const service = "anslut";
const timeoutMs = 5000;

/** Keychain, DPAPI, or the Secret Service. On Linux pinned to it: the library's default falls back to kernel memory silently. */
export const systemKeyring: Secrets = {
  async available() {
    try {
      await entry("probe").getPassword(AbortSignal.timeout(timeoutMs));
      return true;
    } catch {
      return false;
    }
  },
  async read(name) {
    try {
      return await entry(name).getPassword(AbortSignal.timeout(timeoutMs));
    } catch {
      return null;
    }
  },
  async keep(name, secret) {
    try {
      await entry(name).setPassword(secret, AbortSignal.timeout(timeoutMs));
      return true;
    } catch {
      return false;
    }
  },
  async forget(name) {
    try {
      await entry(name).deleteCredential(AbortSignal.timeout(timeoutMs));
    } catch {
      // gone, or never reachable: nothing is left that we could take away
    }
  },
};

function entry(name: string): AsyncEntry {
  return new AsyncEntry(service, name, { linux: { store: "secret-service" } });
}
