import { existsSync } from "node:fs";
import { newServerKey } from "../../tls-crypt/key.ts";
import { recordAudit } from "./audit.ts";
import { newAuthority, newPrivateKey } from "./authority.ts";
import type { Clock } from "./clock.ts";
import { openDatabase } from "./database.ts";
import { SecretStore } from "./files.ts";
import { Problem } from "./problem.ts";
import type { PortalSettings } from "./settings.ts";
import { writeSettings } from "./settings.ts";
import type { Store } from "./store.ts";
import { databaseFile } from "./store.ts";
import { checkGivenCertificate, issueWebCertificate } from "./web-certificate.ts";

/** A web certificate that somebody brings instead of our own authority's. */
export interface GivenCertificate {
  readonly certificate: string;
  readonly privateKey: string;
}

/** Makes a portal in `data`: fresh secrets, empty database, nobody in it. Refuses where one is. */
export async function initialise(
  data: string,
  settings: Omit<PortalSettings, "ownCertificate">,
  given: GivenCertificate | null,
  actor: string,
  clock: Clock,
): Promise<Store> {
  const file = databaseFile(data);
  if (existsSync(file)) throw new Problem("forbidden", "alreadyInitialised", { data });
  if (given !== null) checkGivenCertificate(given.certificate, given.privateKey);
  const secrets = new SecretStore(data);
  secrets.create();
  const tunnelAuthority = await newAuthority("Anslut tunnels", clock.now());
  secrets.write("tunnelAuthority", tunnelAuthority.certificate);
  secrets.write("tunnelAuthorityKey", tunnelAuthority.privateKey);
  secrets.write("ticketKey", newServerKey());
  // The database comes last: its file says that a portal is here, so a broken-off init can be run again.
  const db = await openDatabase(file);
  const store = { data, db, secrets, clock };
  await writeSettings(db, { ...settings, ownCertificate: given === null });
  if (given === null) await makeOwnCertificate(store, settings.host);
  else {
    secrets.write("webKey", given.privateKey);
    secrets.write("webCertificate", given.certificate);
  }
  const entry = { actor, account: null, address: null, action: "initialised", target: settings.host, result: "done" };
  await recordAudit(db, clock.now(), entry);
  return store;
}

async function makeOwnCertificate(store: Store, host: string): Promise<void> {
  const authority = await newAuthority(`Anslut ${host}`, store.clock.now());
  store.secrets.write("webAuthority", authority.certificate);
  store.secrets.write("webAuthorityKey", authority.privateKey);
  store.secrets.write("webKey", newPrivateKey());
  store.secrets.write("nextWebKey", newPrivateKey());
  await issueWebCertificate(store);
}
