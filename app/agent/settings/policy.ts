import { readFile, stat } from "node:fs/promises";
import { failureOf } from "../../../contract/causes.ts";
import type { Policy } from "../../../contract/policy.ts";
import { decodePolicy } from "../../../contract/policy.ts";

export type PolicyRead =
  | { readonly state: "none" }
  | { readonly state: "valid"; readonly policy: Policy }
  /** There is one, but not one to go by: the helper refuses tunnels, and the agent changes nothing that a policy may fix. */
  | { readonly state: "invalid"; readonly detail: string };

/** Reads the administrator's file. Only one that root alone can write is a policy. */
export async function readPolicy(path: string): Promise<PolicyRead> {
  try {
    const { uid, mode } = await stat(path);
    if (uid !== 0 || (mode & 0o022) !== 0)
      return { state: "invalid", detail: `${path} can be changed by others than root` };
    return { state: "valid", policy: decodePolicy(JSON.parse(await readFile(path, "utf8"))) };
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === "ENOENT") return { state: "none" };
    return { state: "invalid", detail: failureOf(error).detail };
  }
}
