import { type InterfaceName, interfaceName } from "../interface-name.ts";
import { misuse } from "../problem.ts";

export interface DeviceQuestion {
  /** What the person said; null: find out. */
  readonly lan: string | null;
  readonly wan: string | null;
  /** Interfaces of this box with an address, without loopback and tunnels. */
  readonly known: readonly string[];
  readonly defaultRoute: string | null;
}

export interface Devices {
  readonly lan: InterfaceName;
  readonly wan: InterfaceName;
}

/** WAN is where the default route leads; LAN is the only other one. Throws RouterProblem where that is not clear. */
export function chooseDevices({ lan, wan, known, defaultRoute }: DeviceQuestion): Devices {
  const chosenWan = named(wan, known) ?? defaultRoute ?? unclear("wan", known);
  const others = known.filter((name) => name !== chosenWan);
  const chosenLan = named(lan, known) ?? (others.length === 1 ? others[0] : undefined) ?? unclear("lan", known);
  if (chosenLan === chosenWan) throw misuse("interfacesSame", { name: chosenLan });
  return { lan: interfaceName(chosenLan), wan: interfaceName(chosenWan) };
}

function named(name: string | null, known: readonly string[]): string | undefined {
  if (name === null) return undefined;
  const checked = interfaceName(name);
  if (!known.includes(checked)) throw misuse("interfaceUnknown", { name, known: list(known) });
  return checked;
}

function unclear(side: "lan" | "wan", known: readonly string[]): never {
  throw misuse("interfaceUnclear", { side, known: list(known) });
}

function list(known: readonly string[]): string {
  return known.length === 0 ? "–" : known.join(", ");
}
