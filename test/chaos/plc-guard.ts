import type { Lab } from "../lab/lab.ts";
import type { Scene, Site } from "./scene.ts";

/** How long a flow may live after its right is gone. */
const cutMs = 2000;

/** Stands at the PLCs, in their kernels, and counts what comes from beyond their LAN. */
export class PlcGuard {
  readonly #scene: Scene;

  private constructor(scene: Scene) {
    this.#scene = scene;
  }

  /**
   * What answers the PLC's own retransmissions into a connection that was cut is not counted: ICMP errors and resets. Behind a router
   * with source NAT everything from beyond comes in the name of the router, which itself speaks ARP alone.
   */
  static async open(scene: Scene): Promise<PlcGuard> {
    for (const { plc, lan, lanRouter } of scene.sites) {
      const rules = `
        table inet guard {
          counter foreign { }
          chain came {
            type filter hook prerouting priority raw;
            iifname != "eth0" accept
            icmp type destination-unreachable accept
            tcp flags & rst == rst accept
            ip saddr { ${lanRouter} } counter name foreign
            ip saddr != ${lan} counter name foreign
          }
        }`;
      await scene.lab.output(plc, ["nft", "-f", "-"], { input: rules });
    }
    return new PlcGuard(scene);
  }

  /**
   * Tries, from both laptops, every PLC that nobody has a right on or that nobody is connected to.
   * @throws if a packet comes there all the same, 2 s after `sinceMs` or later
   */
  async look(sinceMs: number): Promise<void> {
    await Promise.all(
      this.#scene.sites.filter((site) => this.#isClosed(site)).map((site) => this.#watch(site, sinceMs)),
    );
  }

  #isClosed({ name }: Site): boolean {
    const { rights, user, connected } = this.#scene.conditions;
    return !rights.has(name) || user === "disabled" || !connected.has(name);
  }

  async #watch({ name, plc, plcAddress }: Site, sinceMs: number): Promise<void> {
    const { lab, technician, colleague } = this.#scene;
    for (;;) {
      const beganMs = Date.now();
      const before = await foreignPackets(lab, plc);
      await Promise.all(
        [technician, colleague].map(({ host, user }) =>
          lab.exec(host, ["mbpoll", "-m", "tcp", "-a", "1", "-t", "4", "-r", "1", "-1", "-o", "1", plcAddress], {
            user,
          }),
        ),
      );
      const came = (await foreignPackets(lab, plc)) - before;
      if (came === 0) return;
      if (beganMs - sinceMs > cutMs)
        throw new Error(`${came} packets from beyond its LAN came to the PLC of ${name}, which nobody may reach`);
    }
  }
}

async function foreignPackets(lab: Lab, plc: Site["plc"]): Promise<number> {
  const text = await lab.output(plc, ["nft", "list", "counter", "inet", "guard", "foreign"]);
  return Number(/packets (\d+)/.exec(text)?.[1]);
}
