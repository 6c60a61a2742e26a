import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import type { ProxyKind } from "../lab/firewall.ts";
import type { Lab } from "../lab/lab.ts";
import { openLab } from "../lab/open.ts";
import { Technician } from "../stage/technician.ts";

let lab: Lab;
let technician: Technician;

beforeAll(async () => {
  lab = await openLab({ office: "open", stands: "product" });
  technician = new Technician(lab);
  await technician.signIn("--remember");
});

afterAll(() => lab?.close());

beforeEach(async () => {
  await technician.say(["hang-up"]);
});

/** The endpoint that a dial ended at, as `host:port through proxy`. */
async function dialled(): Promise<string> {
  const { session } = (await technician.must(["dial"])) as {
    readonly session: { readonly endpoint: { readonly port: number; readonly proxy: string | null } };
  };
  return `${session.endpoint.port} through ${session.endpoint.proxy}`;
}

const proxyOf = (kind: ProxyKind): string =>
  `${lab.variable("PROXY_HOST")}:${lab.variable(`PROXY_PORT_${kind.toUpperCase()}`)}`;

async function setManual(kind: ProxyKind, password: string): Promise<void> {
  const words = ["proxy", "manual", proxyOf(kind), "--username", lab.variable("PROXY_USER"), "--password-stdin"];
  await technician.must(words, `${password}\n`);
}

test.each(["open", "tinyproxy"] as const)(
  "the %s proxy, which asks for nothing, carries sign-in and tunnel",
  async (kind) => {
    await lab.setFirewall("proxyOnly", kind);
    await technician.must(["proxy", "manual", proxyOf(kind)]);
    expect(await dialled()).toBe(`443 through ${proxyOf(kind)}`);
  },
);

test.each(["basic", "digest"] as const)("the proxy that asks for %s carries sign-in and tunnel", async (kind) => {
  await lab.setFirewall("proxyOnly", kind);
  await setManual(kind, lab.variable("PROXY_PASSWORD"));
  expect(await dialled()).toBe(`443 through ${proxyOf(kind)}`);
});

test("a wrong proxy password is told from a wrong password at the portal", async () => {
  await lab.setFirewall("proxyOnly", "basic");
  await setManual("basic", "nobody's password");
  const { code, value } = await technician.say(["dial"]);
  expect(value).toMatchObject({ error: { cause: "proxyAuthRefused" } });
  expect(code).toBe(4);
  await setManual("basic", lab.variable("PROXY_PASSWORD"));
  expect(await dialled()).toBe(`443 through ${proxyOf("basic")}`);
});

test("a PAC file from the office's server names the proxy, and the password is known for it", async () => {
  await lab.setFirewall("proxyOnly", "basic");
  const words = ["proxy", "pac", lab.variable("PAC_URL"), "--username", lab.variable("PROXY_USER"), "--password-stdin"];
  await technician.must(words, `${lab.variable("PROXY_PASSWORD")}\n`);
  expect(await dialled()).toBe(`443 through ${proxyOf("basic")}`);
});

test("a PAC file on the disk is followed in its order, DIRECT included", async () => {
  await lab.setFirewall("only443");
  const pac = `function FindProxyForURL(url, host) { return "PROXY nowhere.office.test:3128; DIRECT"; }`;
  await lab.output("laptop", ["sh", "-c", 'cat >"$HOME/proxy.pac"'], { user: "tech", input: pac });
  await technician.must(["proxy", "pac", "/home/tech/proxy.pac"]);
  expect(await dialled()).toBe("443 through null");
});

test("with no proxy set the office's straight way is taken", async () => {
  await lab.setFirewall("open");
  await technician.must(["proxy", "none"]);
  expect(await dialled()).toMatch(/^(1194|443) through null$/);
});

test("a remembered device signs in from the keyring, and signing out forgets it", async () => {
  await technician.must(["quit"]);
  expect(await dialled()).toMatch(/through null$/);
  await technician.must(["logout"]);
  expect((await technician.say(["dial"])).value).toMatchObject({ error: { cause: "signedOut" } });
});

test("without a keyring nothing is kept, and the person is told", async () => {
  const colleague = new Technician(lab, { host: "laptop2", user: "tech2" });
  await colleague.must([
    ...["portal", "add", lab.variable("PORTAL_HOST")],
    ...["--fingerprint", lab.variable("PORTAL_FINGERPRINT")],
  ]);
  const words = ["--account", lab.variable("BEN_ACCOUNT"), "--user", lab.variable("BEN_USER"), "--remember"];
  const code = await colleague.secondFactor("BEN_TOTP_SECRET");
  await colleague.must(
    ["login", ...words, "--password-stdin", "--code-stdin"],
    `${lab.variable("BEN_PASSWORD")}\n${code}\n`,
  );
  expect(await colleague.must(["status"])).toMatchObject({ keyring: false });
  await colleague.must(["quit"]);
  expect((await colleague.say(["dial"])).value).toMatchObject({ error: { cause: "signedOut" } });
});
