import { CauseError } from "../../contract/causes.ts";
import type { CheckAnswer, CheckRequest, DeviceList, MachineNetwork } from "../../contract/portal.ts";
import { MachineAccess } from "./machine-access.ts";
import type { Viewer } from "./machine-list.ts";
import type { RouterOrderBook } from "./router-orders.ts";
import { contains, networkOf, translate } from "./store/addresses.ts";
import { networksOfMachine } from "./store/networks.ts";
import type { Store } from "./store/store.ts";

/** Looks at devices from the router's side, within the rights of who asks. */
export class Checks {
  readonly #store: Store;
  readonly #orders: RouterOrderBook;
  readonly #access: MachineAccess;

  constructor(store: Store, orders: RouterOrderBook) {
    this.#store = store;
    this.#orders = orders;
    this.#access = new MachineAccess(store);
  }

  /** Throws `machineUnknown`. */
  async devices(viewer: Viewer, machine: string): Promise<DeviceList> {
    const { reachable } = await this.#access.of(viewer, machine);
    const named = reachable.flatMap(({ only }) => singleDevices(only));
    const seen = this.#orders.sighted(machine).map(({ address }) => address);
    const granted = seen.filter((address) => reachable.some((network) => covers(network, address)));
    return { devices: [...new Set([...named, ...granted])].slice(0, 64) };
  }

  /** Throws `machineUnknown`, `rightsMissing` where no right covers the address, `networkUnknown`, `tooManyAttempts`. */
  async check(viewer: Viewer, machineId: string, request: CheckRequest): Promise<CheckAnswer> {
    const { machine, reachable } = await this.#access.of(viewer, machineId);
    const rows = await networksOfMachine(this.#store.db, machineId);
    const place = rows.flatMap(({ network, stand_in, source_nat }) => {
      const real = realAddress(request.address, network, stand_in);
      return real === undefined ? [] : [{ network, standIn: stand_in, sourceNat: source_nat === 1, address: real }];
    })[0];
    if (place === undefined) throw new CauseError("networkUnknown", request.address);
    const { network, standIn, sourceNat, address } = place;
    const right = reachable.find((each) => each.network === network);
    if (right === undefined || !covers(right, address)) throw new CauseError("rightsMissing", address);
    const granted = {
      icmp: allows(right, address, "icmp", null),
      ports: request.ports.filter((port) => allows(right, address, "tcp", port)),
    };
    const reachedAs = standIn === null ? address : hostOf(translate(`${address}/32`, network, standIn));
    const wish = { address, icmp: granted.icmp, ports: granted.ports };
    const router = machine.online === 1 ? await this.#orders.check(machineId, wish) : null;
    return { address, reachedAs, network, sourceNat, granted, router };
  }
}

/** What the router shall watch for the open connections of a machine: devices that a right names, else the whole network. */
export function watchOf(networks: readonly MachineNetwork[]): string[] {
  const wanted = networks.flatMap(({ network, only }) => {
    const named = singleDevices(only).map((address) => `${address}/32`);
    return named.length > 0 ? named : [network];
  });
  return [...new Set(wanted)].sort().slice(0, 128);
}

/** Whether some right in the network covers the address. */
export function covers({ network, only }: MachineNetwork, address: string): boolean {
  if (!isIn(address, network)) return false;
  return only === null || only.some(({ destination }) => isIn(address, destination));
}

function allows({ only }: MachineNetwork, address: string, protocol: "tcp" | "icmp", port: number | null): boolean {
  if (only === null) return true;
  return only.some((right) => {
    if (right.protocol !== protocol || !isIn(address, right.destination)) return false;
    return port === null || right.ports === null || (right.ports[0] <= port && port <= right.ports[1]);
  });
}

function singleDevices(only: MachineNetwork["only"]): readonly string[] {
  return [...new Set((only ?? []).map(({ destination }) => destination))].filter(isSingle).map(hostOf);
}

function isSingle(destination: string): boolean {
  return destination.endsWith("/32");
}

function hostOf(destination: string): string {
  return destination.split("/")[0] ?? destination;
}

function isIn(address: string, network: string): boolean {
  return contains(networkOf(network), networkOf(`${address}/32`));
}

/** The machine's own address of one that may be a stand-in. */
function realAddress(address: string, network: string, standIn: string | null): string | undefined {
  if (standIn !== null && isIn(address, standIn)) return hostOf(translate(`${address}/32`, standIn, network));
  return isIn(address, network) ? address : undefined;
}
