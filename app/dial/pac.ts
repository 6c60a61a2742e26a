import { CauseError } from "../../contract/causes.ts";
import type { HelperProgram } from "./helper-program.ts";

export interface PacOptions {
  readonly source: string;
  readonly url: string;
  readonly program: HelperProgram;
}

export async function findProxyByPac(options: PacOptions): Promise<string> {
  throw new CauseError("proxySettingInvalid", options.source);
}
