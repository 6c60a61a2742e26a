import { mkdtemp, readFile, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { sampleCredentials } from "../testing/samples.ts";
import { CredentialStore, credentialsPath, saveCredentials } from "./credentials.ts";

let directory = "";

beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), "anslut-router-"));
});
afterEach(() => rm(directory, { recursive: true, force: true }));

describe("credentials on disk", () => {
  test("are read as they were written, and are the owner's alone", async () => {
    const credentials = sampleCredentials();
    await saveCredentials(credentialsPath(directory), credentials);
    expect((await CredentialStore.open(directory)).current).toEqual(credentials);
    expect((await stat(credentialsPath(directory))).mode & 0o777).toBe(0o600);
  });

  test("keep a change", async () => {
    await saveCredentials(credentialsPath(directory), sampleCredentials());
    await (await CredentialStore.open(directory)).change({ way: "portal.example:443 direct bare" });
    expect((await CredentialStore.open(directory)).current.way).toBe("portal.example:443 direct bare");
  });

  test("that were never written are a router that is not enrolled", async () => {
    await expect(CredentialStore.open(directory)).rejects.toMatchObject({ key: "notEnrolled" });
  });

  test.each(["", "{", "[]", '{"password":"secret-word"}'])(
    "that are %j are damaged, and nothing of them is quoted",
    async (text) => {
      await writeFile(credentialsPath(directory), text);
      const problem: unknown = await CredentialStore.open(directory).catch((error: unknown) => error);
      expect(problem).toMatchObject({ key: "credentialsDamaged" });
      expect(JSON.stringify(problem)).not.toContain("secret-word");
    },
  );

  test("stay as they were where the disk takes no more", async () => {
    await saveCredentials(credentialsPath(directory), sampleCredentials());
    const store = await CredentialStore.open(directory);
    const before = await readFile(credentialsPath(directory), "utf8");
    await rm(directory, { recursive: true });
    await expect(store.change({ password: "lost" })).rejects.toMatchObject({ key: "diskFault" });
    expect(store.current.password).toBe("first");
    expect(before).toContain("first");
  });
});
