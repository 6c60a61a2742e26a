import { createServer } from "node:https";
import { join } from "node:path";
import { Secret, TOTP } from "otpauth";
import { type Browser, type BrowserContext, type BrowserContextOptions, chromium, type Page } from "playwright-core";
import { expect } from "vitest";
import { addGrant, removeGrant } from "../../portal/web/store/grants.ts";
import { addMachine } from "../../portal/web/store/machines.ts";
import { addNetwork } from "../../portal/web/store/networks.ts";
import { addUser } from "../../portal/web/store/users.ts";
import { TestClient } from "../../portal/web/testing/client.ts";
import { askTicket, dial } from "../../portal/web/testing/dial.ts";
import { addPerson, password, signedIn } from "../../portal/web/testing/people.ts";
import { host, TestPortal } from "../../portal/web/testing/portal.ts";

const root = join(import.meta.dirname, "..", "..");
export const account = "Nordwerk Anlagenservice";

const whole = { network: null, destination: null, protocol: null, ports: null, until: null };

/** Long names and short ones, as they are in the field. */
const plants = [
  ["Presse 17", "Ålgård Mekaniska AB", "Jönköping, hall 3"],
  ["Verpackungslinie West – Palettierer 2", "Molkerei Ammerschläger GmbH & Co. KG", "Großmehring"],
  ["M-4711", "Kistner", "Linköping"],
  ["Etikettierer E4", "Brauerei Zum Löwen", "Kulmbach"],
  ["Bearbeitungszentrum DMU 80 eVo linear", "Feinmechanik Oberrheinischer Maschinenbau", "Freiburg im Breisgau"],
  ["Kompressor Süd", "Nordzucker", "Uelzen"],
  ["Abfüller 3", "Ramlösa", "Helsingborg"],
] as const;

/**
 * The built pages on a real `web`, with exchange and front played by the test and HTTPS on loopback: quicker to open than the lab, and
 * with as many machines, people and connections as a picture needs.
 */
export class PagePortal {
  readonly portal: TestPortal;
  readonly url: string;
  readonly browser: Browser;
  readonly totpSecret: string;
  readonly #close: () => Promise<void>;

  private constructor(
    parts: Pick<PagePortal, "portal" | "url" | "browser" | "totpSecret"> & { readonly close: () => Promise<void> },
  ) {
    this.portal = parts.portal;
    this.url = parts.url;
    this.browser = parts.browser;
    this.totpSecret = parts.totpSecret;
    this.#close = parts.close;
  }

  static async open(): Promise<PagePortal> {
    const portal = await TestPortal.start(join(root, "dist", "pages"));
    const { secrets } = portal.store;
    const tls = { cert: secrets.read("webCertificate"), key: secrets.read("webKey") };
    const server = createServer(tls, (request, response) => portal.app.server.emit("request", request, response));
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    const address = server.address();
    const port = typeof address === "object" ? address?.port : 0;
    // The portal's clock stands unless somebody moves it; pages miss heartbeats otherwise.
    const ticking = setInterval(() => portal.clock.pass(1000), 1000);
    const browser = await chromium.launch({
      executablePath: "/usr/bin/chromium",
      args: ["--no-sandbox", "--disable-gpu", "--no-first-run", `--host-resolver-rules=MAP ${host} 127.0.0.1`],
    });
    portal.clock.pass(Math.max(0, Date.now() - portal.clock.now()));
    await portal.addAccount(account);
    for (const name of ["anna", "björn", "kristina.lindqvist"]) await addPerson(portal, account, name);
    const carl = await addUser(portal.admin, account, "carl", password, "totp");
    const close = async (): Promise<void> => {
      clearInterval(ticking);
      await browser.close();
      server.closeAllConnections();
      server.close();
      await portal.stop();
    };
    const totpSecret = carl.secondFactor?.secret ?? "";
    return new PagePortal({ portal, url: `https://${host}:${port}`, browser, totpSecret, close });
  }

  close(): Promise<void> {
    return this.#close();
  }

  /** Machines of which anna may reach all, and their names. */
  async addMachines(count: number): Promise<readonly string[]> {
    const names: string[] = [];
    for (let number = 0; number < count; number++) {
      const [plant = "", customer = "", place = ""] = plants[number % plants.length] ?? [];
      const name = number < plants.length ? plant : `${plant} (${number})`;
      const machine = await addMachine(this.portal.admin, account, {
        name,
        customer,
        place,
        serial: `SN-${1000 + number}`,
      });
      await addNetwork(
        this.portal.admin,
        account,
        name,
        `192.168.${number % 200}.0/24`,
        number % 3 === 1 ? "drawn" : "best",
      );
      if (number % 4 === 0) await addNetwork(this.portal.admin, account, name, "172.16.20.0/22", "drawn");
      await addGrant(this.portal.admin, account, { user: "anna", machine: name, ...whole });
      if (number < 3) await addGrant(this.portal.admin, account, { user: "björn", machine: name, ...whole });
      const seen = { online: number % 5 === 3 ? 0 : 1, last_seen: this.portal.clock.now() - number * 3_600_000 };
      await this.portal.store.db.updateTable("machines").set(seen).where("id", "=", machine.id).execute();
      names.push(name);
    }
    return names;
  }

  /** Somebody's laptop, dialled in; calls of its agent. */
  async laptop(user: string, name: string): Promise<TestClient> {
    return (await this.dialIn(user, name)).agent;
  }

  /** Somebody's laptop, dialled in, until it hangs up. */
  async dialIn(user: string, name: string) {
    const agent = await signedIn(this.portal, account, user);
    const ticket = await askTicket(agent);
    await this.portal.store.db.updateTable("tunnels").set({ laptop: name }).where("id", "=", ticket.id).execute();
    await dial(this.portal, await this.portal.front(), ticket);
    const hangUp = async (): Promise<void> => {
      const { account_id } = await this.portal.store.db
        .selectFrom("tunnels")
        .select("account_id")
        .where("id", "=", ticket.id)
        .executeTakeFirstOrThrow();
      const counted = { received: 0, sent: 0, seconds: 1, detail: "" };
      this.portal.exchange.say({ type: "tunnelClosed", account: account_id, tunnel: ticket.id, ...counted });
      await expect
        .poll(async () =>
          ((await agent.get("/tunnels")).body.tunnels as readonly { readonly id: string }[]).map(({ id }) => id),
        )
        .not.toContain(ticket.id);
    };
    return { agent, hangUp };
  }

  /** Gives somebody all of a machine, while pages look. */
  async give(user: string, machine: string): Promise<void> {
    await addGrant(this.portal.admin, account, { user, machine, ...whole });
    await this.portal.changed();
  }

  /** Takes back whatever somebody may do on a machine. */
  async withdraw(user: string, machine: string): Promise<void> {
    const { db } = this.portal.store;
    const grants = await db
      .selectFrom("grants")
      .innerJoin("users", "users.id", "grants.user_id")
      .select("grants.id")
      .where("users.name", "=", user)
      .where("machine_id", "=", await this.machineId(machine))
      .execute();
    for (const { id } of grants) await removeGrant(this.portal.admin, account, id);
    await this.portal.changed();
  }

  async machineId(name: string): Promise<string> {
    const query = this.portal.store.db.selectFrom("machines").select("id").where("name", "=", name);
    return (await query.executeTakeFirstOrThrow()).id;
  }

  /** A page of its own browser profile. */
  async page(options: BrowserContextOptions = {}): Promise<{ readonly page: Page; readonly context: BrowserContext }> {
    const context = await this.browser.newContext({
      ...{ ignoreHTTPSErrors: true, locale: "en", timezoneId: "Europe/Stockholm" },
      ...options,
    });
    return { context, page: await context.newPage() };
  }

  /** A page that is signed in by a hand-over, without a word typed. */
  async signedInPage(user: string, options: BrowserContextOptions = {}): Promise<Page> {
    const agent = await signedIn(this.portal, account, user);
    const { page } = await this.page(options);
    const { code } = (await agent.post("/hand-overs", {})).body;
    await page.goto(`${this.url}/#hand-over=${String(code)}`);
    await page.getByRole("link", { name: "Profile of" }).or(page.getByRole("navigation")).first().waitFor();
    return page;
  }

  code(secret: string, aheadMs = 0): string {
    return new TOTP({ secret: Secret.fromBase32(secret) }).generate({ timestamp: this.portal.clock.now() + aheadMs });
  }

  stranger(): TestClient {
    return new TestClient(this.portal);
  }
}
