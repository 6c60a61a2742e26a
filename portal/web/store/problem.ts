import type { Cause } from "../../../contract/causes.ts";
import { CauseError } from "../../../contract/causes.ts";

/** What an administrator did wrong, each with headline and advice in `portalCli.problems.<key>`. */
export type ProblemKey =
  | "accountUnknown"
  | "accountTaken"
  | "accountNameBad"
  | "accountsFull"
  | "userUnknown"
  | "userTaken"
  | "userNameBad"
  | "passwordShort"
  | "passwordLong"
  | "passwordName"
  | "passwordCommon"
  | "machineUnknown"
  | "machineTaken"
  | "machineNameBad"
  | "machinesFull"
  | "serialTaken"
  | "serialBad"
  | "serialMissing"
  | "networkBad"
  | "networkImpossible"
  | "networkTaken"
  | "networkUnknown"
  | "standInBad"
  | "standInTaken"
  | "standInNeeded"
  | "grantUnknown"
  | "grantOutside"
  | "portsWithoutProtocol"
  | "alreadyInitialised"
  | "notInitialised"
  | "certificateBad"
  | "certificateGiven"
  | "deviceUnknown"
  | "userMissing"
  | "rootNeeded"
  | "programMissing"
  | "fileExists"
  | "fileMissing"
  | "backupBad"
  | "running";

/** A sentence for an administrator; for programs it carries a cause of the contract's list. */
export class Problem extends CauseError {
  readonly key: ProblemKey;
  readonly values: Readonly<Record<string, string | number>>;

  constructor(cause: Cause, key: ProblemKey, values: Readonly<Record<string, string | number>> = {}) {
    super(cause, key);
    this.key = key;
    this.values = values;
  }
}
