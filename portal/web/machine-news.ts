import type { EventHub } from "./events.ts";
import type { MachineList } from "./machine-list.ts";

/** Tells everybody who listens and has a grant for a machine how it looks now, each as that person may see it. */
export class MachineNews {
  readonly #events: EventHub;
  readonly #list: MachineList;

  constructor(events: EventHub, list: MachineList) {
    this.#events = events;
    this.#list = list;
  }

  async machineChanged(account: string, machine: string): Promise<void> {
    for (const user of this.#events.listeners(account)) {
      const view = await this.#list.one({ account, user }, machine);
      if (view !== undefined) this.#events.publish(user, { type: "machineChanged", machine: view });
    }
  }

  /** Grants or the machine itself changed: who sees it no more is told that it is gone. */
  async grantsChanged(account: string, machine: string): Promise<void> {
    for (const user of this.#events.listeners(account)) {
      const view = await this.#list.one({ account, user }, machine);
      if (view === undefined) this.#events.publish(user, { type: "machineRemoved", machine });
      else this.#events.publish(user, { type: "machineChanged", machine: view });
    }
  }
}
