import type { Command } from "commander";
import { frontPorts } from "../../../contract/constants.ts";
import { systemClock } from "../../web/store/clock.ts";
import type { GivenCertificate } from "../../web/store/initialise.ts";
import { initialise } from "../../web/store/initialise.ts";
import { fingerprintOf, readPins } from "../../web/store/pins.ts";
import { closeStore } from "../../web/store/store.ts";
import type { Context } from "../context.ts";
import { adminName, show } from "../context.ts";
import { readGivenFile } from "../given-file.ts";
import { readAddress, readHost, readPortList } from "../input.ts";
import { becomeOwner, makeDataDirectory } from "../owner.ts";
import { UsageError } from "../usage.ts";

interface Options {
  readonly host: string;
  readonly address?: readonly string[];
  readonly port: readonly number[];
  readonly certificate?: string;
  readonly key?: string;
  readonly json?: boolean;
}

export function addInit(program: Command, context: Context): void {
  const { t } = context;
  const collect = (text: string, before: readonly string[] = []) => [...before, readAddress(text)];
  program
    .command("init")
    .description(t("commands.init"))
    .requiredOption("--host <name>", t("options.host"), readHost)
    .option("--address <address>", t("options.address"), collect)
    .option("--port <list>", t("options.port"), readPortList, frontPorts)
    .option("--certificate <file>", t("options.certificate"))
    .option("--key <file>", t("options.key"))
    .option("--json", t("options.json"))
    .action((options: Options) => init(context, options));
}

async function init(context: Context, options: Options): Promise<void> {
  const { t } = context;
  const data = context.data();
  const actor = adminName();
  // Read as who called, before root steps down.
  const given = readGiven(options);
  makeDataDirectory(data);
  becomeOwner(data);
  const settings = { host: options.host, alsoHosts: options.address ?? [], ports: options.port };
  const store = await initialise(data, settings, given, actor, systemClock);
  const authority = given === null ? fingerprintOf(store.secrets.read("webAuthority")) : null;
  const result = {
    data,
    host: options.host,
    ports: options.port,
    authority,
    authorityCertificate: given === null ? store.secrets.read("webAuthority") : null,
    pins: readPins(store.secrets),
  };
  await closeStore(store);
  const lines = [t("done.init", { host: options.host, data })];
  if (authority !== null) lines.push(t("done.authority", { fingerprint: authority }));
  show(context, options, result, [...lines, t("done.next")].join("\n"));
}

function readGiven({ certificate, key }: Options): GivenCertificate | null {
  if (certificate === undefined && key === undefined) return null;
  if (certificate === undefined || key === undefined) throw new UsageError("certificatePair");
  return { certificate: readGivenFile(certificate), privateKey: readGivenFile(key) };
}
