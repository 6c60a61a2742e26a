import type { Lab } from "./lab.ts";
import type { HostName } from "./topology.ts";

/**
 * Reads a holding register of a PLC from a host with mbpoll, a Modbus client that is none of ours.
 * @param register counted from 1, as Modbus people do
 * @throws with mbpoll's own words if there is no answer within a second
 */
export async function readRegister(
  lab: Lab,
  host: HostName,
  plc: string,
  register: number,
  user = "root",
): Promise<number> {
  const argv = ["mbpoll", "-m", "tcp", "-a", "1", "-t", "4", "-r", String(register), "-1", plc];
  const text = await lab.output(host, argv, { user });
  // mbpoll shows values above 32767 a second time as negative numbers: "[1]: 	40000 (-25536)".
  const found = /^\[\d+\]:\s+(\d+)/m.exec(text);
  if (found === null) throw new Error(`${plc} gave no register ${register}:\n${text}`);
  return Number(found[1]);
}
