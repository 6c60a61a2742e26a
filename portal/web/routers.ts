import { createPublicKey, verify, X509Certificate } from "node:crypto";
import type { Static } from "typebox";
import { CauseError } from "../../contract/causes.ts";
import type { Enrolled, Enrolment, Pins, RouterTicket } from "../../contract/portal.ts";
import { FailureLimit, limitKeyOf } from "./limits.ts";
import { recordAudit } from "./store/audit.ts";
import { issue } from "./store/authority.ts";
import { networksOfMachine } from "./store/networks.ts";
import { fingerprintOf } from "./store/pins.ts";
import { newToken, sha256 } from "./store/random.ts";
import type { Store } from "./store/store.ts";
import type { Tickets } from "./tickets.ts";
import type { Tunnels } from "./tunnels.ts";

const dayMs = 86_400_000;
const certificateDays = 365;
const renewDaysBefore = 90;

/** A router that has shown its password. */
export interface RouterIdentity {
  readonly machine: string;
  readonly account: string;
  readonly offset: number;
}

/** Routers: how they become known, and how they get into the account's network. */
export class Routers {
  readonly #store: Store;
  readonly #tickets: Tickets;
  readonly #tunnels: Tunnels;
  readonly #pins: () => Static<typeof Pins>;
  readonly #addresses: FailureLimit;

  constructor(store: Store, tickets: Tickets, tunnels: Tunnels, pins: () => Static<typeof Pins>) {
    this.#store = store;
    this.#tickets = tickets;
    this.#tunnels = tunnels;
    this.#pins = pins;
    this.#addresses = new FailureLimit(store.clock, { free: 10, longestWaitMs: 15 * 60_000 });
  }

  /**
   * Makes a router known. The serial number stands on the label and proves nothing; the one-time token does, which is bound to the
   * serial and the account. The subject of the certificate is ours to set. Throws `enrolmentRefused`, whatever is wrong.
   */
  async enrol(enrolment: Static<typeof Enrolment>, address: string): Promise<Enrolled> {
    const place = limitKeyOf(address);
    const invited = this.#addresses.isBlocked(place) ? undefined : await this.#findInvitation(enrolment);
    if (invited === undefined || !provesKey(enrolment)) {
      this.#addresses.failed(place);
      await this.#audit(null, "stranger", address, enrolment.serial, "enrolmentRefused");
      throw new CauseError("enrolmentRefused");
    }
    const { machine, account } = invited;
    const certificate = await this.#issue(machine, enrolment.publicKey);
    const password = newToken();
    const { numUpdatedRows } = await this.#store.db
      .updateTable("routers")
      .set({
        enrolment_hash: null,
        enrolment_expires: null,
        certificate,
        certificate_sha256: fingerprintOf(certificate),
        certificate_seen: 0,
        password_hash: sha256(password),
        next_password_hash: null,
      })
      .where("machine_id", "=", machine)
      // Of two that bring the token at once the second finds it used.
      .where("enrolment_hash", "=", sha256(enrolment.token))
      .executeTakeFirst();
    if (numUpdatedRows !== 1n) throw new CauseError("enrolmentRefused");
    for (const tunnel of this.#tunnels.book.ofAccount(account)) {
      if (tunnel.machine === machine) await this.#tunnels.end(tunnel, "revoked");
    }
    await this.#audit(account, `router:${invited.name}`, address, enrolment.serial, "done");
    return { machine, certificate, password, pins: this.#pins() };
  }

  /** The router of a password, the one in use or the one handed out last; undefined for none. */
  async find(password: string): Promise<RouterIdentity | undefined> {
    const hash = sha256(password);
    const row = await this.#store.db
      .selectFrom("routers")
      .innerJoin("machines", "machines.id", "routers.machine_id")
      .select(["routers.machine_id as machine", "routers.account_id as account", "machines.router_offset as offset"])
      .select("next_password_hash")
      .where((eb) => eb.or([eb("password_hash", "=", hash), eb("next_password_hash", "=", hash)]))
      .executeTakeFirst();
    if (row === undefined) return undefined;
    const { next_password_hash, ...router } = row;
    if (next_password_hash === hash) await this.#setPasswords(router.machine, hash, null);
    return router;
  }

  /** A ticket, a new password, and what the router does for its networks. */
  async ticket(router: RouterIdentity, reachedAs: string): Promise<RouterTicket> {
    const { db } = this.#store;
    const query = db.selectFrom("routers").selectAll().where("machine_id", "=", router.machine);
    const { certificate, certificate_seen, password_hash } = await query.executeTakeFirstOrThrow();
    if (certificate === null || password_hash === null) throw new CauseError("signedOut");
    // One that was handed out and never shown may have been lost on the way or in a power cut.
    const renewed = (await this.#renew(router.machine, certificate)) ?? (certificate_seen === 0 ? certificate : null);
    const password = newToken();
    await this.#setPasswords(router.machine, password_hash, sha256(password));
    const networks = await networksOfMachine(db, router.machine);
    return {
      ticket: await this.#tickets.drawForRouter(router, reachedAs),
      password,
      certificate: renewed,
      lans: networks.map(({ network, stand_in, source_nat }) => ({
        network,
        standIn: stand_in,
        sourceNat: source_nat === 1,
      })),
      pins: this.#pins(),
    };
  }

  async #findInvitation({ serial, token }: Static<typeof Enrolment>) {
    return await this.#store.db
      .selectFrom("routers")
      .innerJoin("machines", "machines.id", "routers.machine_id")
      .select(["machines.id as machine", "machines.account_id as account", "machines.name"])
      .where("routers.enrolment_hash", "=", sha256(token))
      .where("routers.enrolment_expires", ">", this.#store.clock.now())
      .where("machines.serial", "=", serial)
      .executeTakeFirst();
  }

  async #setPasswords(machine: string, current: string, next: string | null): Promise<void> {
    const change = { password_hash: current, next_password_hash: next };
    await this.#store.db.updateTable("routers").set(change).where("machine_id", "=", machine).execute();
  }

  /** A new certificate for the same key when the old one ends soon. From then on only the new one opens a tunnel. */
  async #renew(machine: string, certificate: string): Promise<string | null> {
    const old = new X509Certificate(certificate);
    if (old.validToDate.getTime() - this.#store.clock.now() > renewDaysBefore * dayMs) return null;
    const renewed = await this.#issue(machine, old.publicKey.export({ type: "spki", format: "pem" }).toString());
    const change = { certificate: renewed, certificate_sha256: fingerprintOf(renewed), certificate_seen: 0 };
    await this.#store.db.updateTable("routers").set(change).where("machine_id", "=", machine).execute();
    return renewed;
  }

  async #issue(machine: string, publicKey: string): Promise<string> {
    const { secrets, clock } = this.#store;
    const authority = { certificate: secrets.read("tunnelAuthority"), privateKey: secrets.read("tunnelAuthorityKey") };
    const leaf = { commonName: machine, usage: "client", hosts: [], publicKey, days: certificateDays } as const;
    return await issue(authority, leaf, clock.now());
  }

  async #audit(account: string | null, actor: string, address: string, serial: string, result: string): Promise<void> {
    const { db, clock } = this.#store;
    const entry = { actor, account, address, action: "enrol", target: serial, result };
    await db.transaction().execute((transaction) => recordAudit(transaction, clock.now(), entry));
  }
}

/** Whether the key is EC P-256 and whoever asks holds its private half. */
function provesKey({ publicKey, proof, token }: Static<typeof Enrolment>): boolean {
  try {
    const key = createPublicKey(publicKey);
    if (key.asymmetricKeyType !== "ec" || key.asymmetricKeyDetails?.namedCurve !== "prime256v1") return false;
    return verify("sha256", Buffer.from(token), key, Buffer.from(proof, "base64"));
  } catch {
    return false;
  }
}
