import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Readable } from "node:stream";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import de from "../../resources/locales/portal.de.json" with { type: "json" };
import en from "../../resources/locales/portal.en.json" with { type: "json" };
import sv from "../../resources/locales/portal.sv.json" with { type: "json" };
import { runProgram } from "./program.ts";
import { localeOf, textsFor } from "./texts.ts";

describe("anslut-portal", () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "anslut-cli-"));
  });
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  const runIn = async (data: string, args: readonly string[], stdin = "", language = "en") => {
    const [out, complaints]: [string[], string[]] = [[], []];
    const code = await runProgram(["--data", data, "--run", join(folder, "run"), ...args], {
      t: await textsFor(language),
      stdin: Readable.from([stdin]),
      print: (text) => out.push(text),
      complain: (text) => complaints.push(text),
    });
    return { code, out: out.join("\n"), complaint: complaints.join("\n") };
  };
  const run = (...args: readonly string[]) => runIn(folder, args);
  const json = async (...args: readonly string[]) => {
    const { code, out, complaint } = await run(...args, "--json");
    expect([code, complaint]).toEqual([0, ""]);
    return JSON.parse(out);
  };
  const init = () => json("init", "--host", "portal.example", "--address", "192.0.2.10");

  it("makes a portal with secrets of its own, readable by nobody else", async () => {
    const made = await init();
    expect(made).toMatchObject({ host: "portal.example", ports: [1194, 443, 80] });
    expect(made.authority).toMatch(/^[0-9a-f]{64}$/);
    const secrets = join(folder, "secrets");
    expect(statSync(secrets).mode & 0o777).toBe(0o700);
    for (const file of readdirSync(secrets)) expect(statSync(join(secrets, file)).mode & 0o777, file).toBe(0o600);
    const again = await run("init", "--host", "portal.example");
    expect([again.code, again.complaint]).toEqual([1, expect.stringContaining("There is a portal in")]);
  });

  it("adds, lists and removes", async () => {
    await init();
    const account = await json("account", "add", "Nordwerk");
    expect(account.slices).toHaveLength(2);
    expect(await json("account", "list")).toEqual([account]);
    const anna = await json("user", "add", "Nordwerk", "anna", "--second-factor");
    expect(anna.password).toMatch(/^[a-z]+(-[a-z]+){3}-\d{3}$/);
    expect(anna.secondFactor.uri).toContain(`secret=${anna.secondFactor.secret}`);
    await json("machine", "add", "Nordwerk", "M-17", "--customer", "Krone", "--serial", "SN17");
    await json("machine", "network", "add", "Nordwerk", "M-17", "192.168.0.0/24");
    const grantArgs = ["--destination", "192.168.0.10", "--protocol", "tcp", "--ports", "102"];
    const grant = await json("grant", "add", "Nordwerk", "anna", "M-17", ...grantArgs);
    expect(await json("grant", "list", "Nordwerk")).toEqual([
      expect.objectContaining({ id: grant.id, destination: "192.168.0.10/32", ports: [102, 102] }),
    ]);
    expect(await json("machine", "list", "Nordwerk")).toEqual([
      expect.objectContaining({ machine: "M-17", networks: [expect.objectContaining({ network: "192.168.0.0/24" })] }),
    ]);
    expect(await json("enrol", "Nordwerk", "M-17")).toMatchObject({ serial: "SN17" });
    await json("grant", "remove", "Nordwerk", grant.id);
    await json("machine", "remove", "Nordwerk", "M-17");
    await json("user", "disable", "Nordwerk", "anna");
    expect(await json("user", "list", "Nordwerk")).toMatchObject([
      { user: "anna", enabled: false, secondFactor: true },
    ]);
    await json("user", "remove", "Nordwerk", "anna");
    await json("account", "remove", "Nordwerk");
    expect(await json("account", "list")).toEqual([]);
    expect(await json("audit", "verify")).toMatchObject({ brokenAt: null });
  });

  it("takes a password from stdin and keeps to the rules", async () => {
    await init();
    await json("account", "add", "Nordwerk");
    const add = (password: string) =>
      runIn(folder, ["user", "add", "Nordwerk", "anna", "--password-stdin", "--json"], password);
    expect((await add("short\n")).complaint).toContain("The password has 5 characters, at least 12 are needed.");
    expect((await add("")).code).toBe(2);
    expect(JSON.parse((await add("kvarnsten ligger still\n")).out).password).toBeNull();
  });

  it.each([
    [[], 2, "A word is missing"],
    [["nonsense"], 2, "unknown command 'nonsense'"],
    [["account", "add"], 2, "missing required argument 'account'"],
    [["init"], 2, "--host"],
    [["init", "--host", "-bad-"], 2, "neither a name nor an address"],
    [["init", "--host", "p", "--port", "1,70000"], 2, "no port"],
    [["init", "--host", "p", "--certificate", "x"], 2, "belong together"],
    [["account", "add", "A", "--prefix", "8"], 2, "16 to 24"],
    [["grant", "add", "A", "u", "m", "--until", "yesterday"], 2, "no time"],
    [["grant", "add", "A", "u", "m", "--until", "2020-01-01"], 2, "has passed"],
    [["grant", "add", "A", "u", "m", "--protocol", "gre"], 2, "Possible are: tcp, udp, icmp"],
    [["user", "list", "Nowhere"], 1, "There is no portal in"],
    [["serve"], 1, "There is no portal in"],
    [["restore", "/nowhere/backup"], 1, "cannot be read"],
  ] as const)("answers %j with a sentence and exit code %i", async (args, code, sentence) => {
    const answer = await run(...args);
    expect(answer.complaint).toContain(sentence);
    expect(answer.complaint).not.toContain("    at ");
    expect(answer.code).toBe(code);
  });

  it("knows what is not there, in the language of the terminal", async () => {
    await init();
    await json("account", "add", "Nordwerk");
    const args = ["user", "disable", "Nordwerk", "nobody"];
    expect((await runIn(folder, args, "", "de_DE.UTF-8")).complaint).toContain("keinen Benutzer „nobody“");
    expect((await runIn(folder, args, "", "sv_SE.UTF-8")).complaint).toContain("ingen användare ”nobody”");
    expect((await runIn(folder, args, "", "fi_FI.UTF-8")).complaint).toContain("no user “nobody”");
    expect(localeOf({ LC_ALL: "", LANG: "sv_SE.UTF-8" })).toBe("sv_SE.UTF-8");
  });

  it("has every text in every language", () => {
    const keysOf = (value: object, path = ""): string[] =>
      Object.entries(value).flatMap(([key, inner]) =>
        typeof inner === "object" ? keysOf(inner, `${path}${key}.`) : [`${path}${key}`],
      );
    expect(keysOf(de)).toEqual(keysOf(en));
    expect(keysOf(sv)).toEqual(keysOf(en));
  });

  describe("backup", () => {
    const backup = () => join(folder, "backup.tar.gz");
    const elsewhere = () => join(folder, "elsewhere");
    beforeEach(async () => {
      await init();
      await json("account", "add", "Nordwerk");
      await json("backup", backup());
      await json("account", "add", "Later");
    });

    it("holds database and secrets, for its owner alone, and is never overwritten", async () => {
      expect(statSync(backup()).mode & 0o777).toBe(0o600);
      expect((await run("backup", backup())).complaint).toContain("is there already");
      expect(readdirSync(folder).filter((name) => name.startsWith(".backup"))).toEqual([]);
    });

    it("is put in place in an empty folder", async () => {
      expect((await runIn(elsewhere(), ["restore", backup()])).code).toBe(rootWithoutWebUser() ? 1 : 0);
    });

    it("replaces a portal only when told to, and keeps what was there", async () => {
      expect((await run("restore", backup())).complaint).toContain("There is a portal in");
      const { kept } = await json("restore", backup(), "--replace");
      expect((await json("account", "list")).map(({ name }: { name: string }) => name)).toEqual(["Nordwerk"]);
      const before = await runIn(kept, ["account", "list", "--json"]);
      expect(JSON.parse(before.out)).toHaveLength(2);
      const secret = (data: string) => readFileSync(join(data, "secrets", "web.key"), "utf8");
      expect(secret(folder)).toBe(secret(kept));
    });

    it("that is damaged changes nothing", async () => {
      writeFileSync(join(folder, "damaged"), readFileSync(backup()).subarray(0, 2000));
      const { complaint } = await run("restore", join(folder, "damaged"), "--replace");
      expect(complaint).toContain("is no backup of a portal");
      expect(await json("account", "list")).toHaveLength(2);
    });
  });

  it("shows, rotates and installs certificates", async () => {
    await init();
    const before = await json("certificate", "show");
    const rotated = await json("certificate", "rotate");
    expect(rotated.pins.current).toBe(before.pins.next);
    const secrets = join(folder, "secrets");
    const [certificate, key] = [join(secrets, "web.pem"), join(secrets, "web.key")];
    expect((await run("certificate", "install", certificate, join(secrets, "web-next.key"))).code).toBe(1);
    expect((await json("certificate", "install", certificate, key)).pins).toEqual({
      current: rotated.pins.current,
      next: null,
    });
    expect((await run("certificate", "rotate")).complaint).toContain("brought from elsewhere");
  });

  it("lists and forgets devices", async () => {
    await init();
    await json("account", "add", "Nordwerk");
    await json("user", "add", "Nordwerk", "anna");
    expect(await json("user", "device", "list", "Nordwerk", "anna")).toEqual([]);
    expect((await run("user", "device", "remove", "Nordwerk", "anna", "x")).complaint).toContain(
      "no remembered device",
    );
  });
});

/** As root a new data directory needs the user of web, which a bare machine has not. */
function rootWithoutWebUser(): boolean {
  return process.geteuid?.() === 0 && !readFileSync("/etc/passwd", "utf8").includes("\nanslut-web:");
}
