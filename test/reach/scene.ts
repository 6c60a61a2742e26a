import type { AgentState, Connection } from "../../contract/state.ts";
import type { Lab } from "../lab/lab.ts";
import { errorText, type Said, Technician } from "../stage/technician.ts";

/** Runs `anslut-portal … --json` as the administrator. */
export async function administer(lab: Lab, ...words: readonly string[]): Promise<unknown> {
  return JSON.parse(await lab.output("portal", ["/opt/anslut/bin/anslut-portal", ...words, "--json"])) as unknown;
}

/** anna on the laptop, signed in. */
export async function signedIn(lab: Lab): Promise<Technician> {
  const technician = new Technician(lab);
  const fingerprint = lab.variable("PORTAL_FINGERPRINT");
  await technician.must(["portal", "add", lab.variable("PORTAL_HOST"), "--fingerprint", fingerprint]);
  const who = ["--account", lab.variable("ACCOUNT"), "--user", lab.variable("USER")];
  const input = `${lab.variable("PASSWORD")}\n${await technician.secondFactor()}\n`;
  await technician.must(["login", ...who, "--password-stdin", "--code-stdin"], input);
  return technician;
}

/** The connection to a machine as `status` shows it. */
export async function connectionTo(technician: Technician, machine: string): Promise<Connection | undefined> {
  const state = (await technician.must(["status"])) as unknown as AgentState;
  return state.connections.find(({ name }) => name === machine);
}

/** Cause and words of a failure. */
export function failureIn(said: Said): { readonly cause: string; readonly text: string } {
  const { error } = said.value as { readonly error?: { readonly cause: string } };
  return { cause: error?.cause ?? "none", text: errorText(said.value) };
}
