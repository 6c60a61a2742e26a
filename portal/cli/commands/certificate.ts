import { X509Certificate } from "node:crypto";
import type { Command } from "commander";
import { fingerprintOf, readPins } from "../../web/store/pins.ts";
import type { Store } from "../../web/store/store.ts";
import { act } from "../../web/store/store.ts";
import { installWebCertificate, rotateWebKey } from "../../web/store/web-certificate.ts";
import type { Context } from "../context.ts";
import { changeStore, show, withStore } from "../context.ts";
import { readGivenFile } from "../given-file.ts";

interface Options {
  readonly json?: boolean;
}

export function addCertificateCommands(program: Command, context: Context): void {
  const { t } = context;
  const group = program.command("certificate").description(t("commands.certificate"));

  group
    .command("show")
    .description(t("commands.certificateShow"))
    .option("--json", t("options.json"))
    .action(async (options: Options) => {
      const view = await withStore(context, async ({ store }) => viewOf(store));
      show(
        context,
        options,
        view,
        t("done.certificate", {
          subject: view.subject,
          ends: view.ends,
          authority: view.authority ?? "–",
          next: view.pins.next ?? "–",
        }),
      );
    });

  group
    .command("rotate")
    .description(t("commands.certificateRotate"))
    .option("--json", t("options.json"))
    .action(async (options: Options) => {
      const view = await changeStore(context, async (admin) => {
        await rotateWebKey(admin.store);
        const entry = { account: null, action: "webKeyRotated", target: null, change: null };
        await act(admin, async () => ({ result: undefined, act: entry }));
        return viewOf(admin.store);
      });
      show(context, options, view, t("done.rotated", { ends: view.ends }));
    });

  group
    .command("install <certificate> <key>")
    .description(t("commands.certificateInstall"))
    .option("--json", t("options.json"))
    .action(async (certificateFile: string, keyFile: string, options: Options) => {
      // Read as who called, before root steps down.
      const certificate = readGivenFile(certificateFile);
      const privateKey = readGivenFile(keyFile);
      const view = await changeStore(context, async (admin) => {
        await installWebCertificate(admin.store, certificate, privateKey);
        const entry = { account: null, action: "webCertificateInstalled", target: null, change: null };
        await act(admin, async () => ({ result: undefined, act: entry }));
        return viewOf(admin.store);
      });
      show(context, options, view, t("done.installed", { ends: view.ends }));
    });
}

function viewOf({ secrets }: Store) {
  const certificate = new X509Certificate(secrets.read("webCertificate"));
  const own = secrets.has("nextWebKey");
  return {
    subject: certificate.subject,
    ends: certificate.validToDate.toISOString(),
    authority: own ? fingerprintOf(secrets.read("webAuthority")) : null,
    authorityCertificate: own ? secrets.read("webAuthority") : null,
    pins: readPins(secrets),
  };
}
