import type { FirewallName } from "../lab/firewall.ts";
import type { Lab } from "../lab/lab.ts";
import { openLab } from "../lab/open.ts";
import { Actor } from "./actor.ts";
import type { Timed } from "./inside/face.ts";

/** The technician `anna` on the laptop with a face of her agent, `ben` with stock tools on the second one. */
export class Office {
  readonly lab: Lab;
  readonly face: Actor;
  readonly stock: Actor;

  private constructor(lab: Lab, face: Actor, stock: Actor) {
    this.lab = lab;
    this.face = face;
    this.stock = stock;
  }

  /** Opens a lab of the product in which both are signed in. */
  static async open(office: FirewallName = "open"): Promise<Office> {
    const lab = await openLab({ office, stands: "product" });
    const face = await Actor.start(lab, "laptop", "tech", "face");
    const stock = await Actor.start(lab, "laptop2", "root", "stock");
    const opened = new Office(lab, face, stock);
    await face.tell("open");
    const address = lab.variable("PORTAL_HOST");
    await opened.ask({ type: "addPortal", address, fingerprint: lab.variable("PORTAL_FINGERPRINT") });
    await opened.signIn();
    await stock.tell("signIn", { url: lab.variable("PORTAL_URL"), who: await opened.who("BEN") });
    return opened;
  }

  /** Asks anna's agent, and says how long it took. */
  ask(ask: Readonly<Record<string, unknown>>): Promise<Timed> {
    return this.face.tell<Timed>("ask", { ask });
  }

  async signIn(): Promise<void> {
    const { account, user, password, code } = await this.who("ANNA");
    await this.ask({ type: "login", portal: null, account, user, password, remember: true });
    await this.ask({ type: "answerCode", code });
  }

  async close(): Promise<void> {
    await this.lab.close();
  }

  /** Credentials with a code that holds now; `ahead` for a second sign-in within half a minute. */
  async who(name: "ANNA" | "BEN", ahead = 0): Promise<Record<"account" | "user" | "password" | "code", string>> {
    const variable = (what: string) => this.lab.variable(`${name}_${what}`);
    const argv = ["/opt/lab/wire", "totp", "--ahead", String(ahead), variable("TOTP_SECRET")];
    const code = (await this.lab.output("laptop", argv, { user: "tech" })).trim();
    return { account: variable("ACCOUNT"), user: variable("USER"), password: variable("PASSWORD"), code };
  }
}
