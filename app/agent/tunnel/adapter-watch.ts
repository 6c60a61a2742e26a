import { networkInterfaces } from "node:os";
import type { Clock } from "../../dial/clock.ts";
import type { Store } from "../store.ts";

const periodMs = 500;

export interface AdapterWatchOptions {
  readonly store: Store;
  readonly clock: Clock;
  /** A network has come that was not there before. */
  readonly onFound: () => void;
  readonly list?: () => ReadonlySet<string>;
}

/**
 * Notices a cable that is plugged in again while a tunnel that was up is being dialled anew: the helper watches networks only
 * as long as it has a tunnel, and a retry may be half a minute away. Looks twice a second, and only then. (A session that knows
 * that it has no network waits for the helper's word: local-network.ts.)
 */
export class AdapterWatch {
  readonly #options: AdapterWatchOptions;
  readonly #leave: () => void;
  #cancel: (() => void) | null = null;

  constructor(options: AdapterWatchOptions) {
    this.#options = options;
    this.#leave = options.store.observe(({ session, tunnel, established }) => {
      const waits = ["reconnecting", "dialling", "securing"].includes(session.state);
      const matters = established && tunnel === null && waits;
      if (matters && this.#cancel === null) this.#wait(this.#list());
      if (!matters) this.#rest();
    });
  }

  stop(): void {
    this.#leave();
    this.#rest();
  }

  #wait(before: ReadonlySet<string>): void {
    this.#cancel = this.#options.clock.after(periodMs, () => {
      const now = this.#list();
      this.#wait(now);
      if (!now.isSubsetOf(before)) this.#options.onFound();
    });
  }

  #rest(): void {
    this.#cancel?.();
    this.#cancel = null;
  }

  #list(): ReadonlySet<string> {
    return (this.#options.list ?? listAddresses)();
  }
}

/** Addresses of adapters that have a carrier: libuv leaves the others out. A fresh TAP of ours brings a link-local one, no network. */
function listAddresses(): ReadonlySet<string> {
  const addresses = Object.values(networkInterfaces()).flatMap((adapter) => adapter ?? []);
  const real = addresses.filter(({ internal, address }) => !internal && !address.startsWith("fe80:"));
  return new Set(real.map(({ address }) => address));
}
