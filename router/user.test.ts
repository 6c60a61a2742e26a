import { mkdtemp, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { becomeRouterUser, type Identity, requireRouterUser } from "./user.ts";

let directory = "";
let passwd = "";

beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), "anslut-user-"));
  passwd = join(directory, "passwd");
  await writeFile(
    passwd,
    "root:x:0:0::/root:/bin/sh\ntech:x:6201:6201::/:/bin/sh\nanslut-router:x:6104:6105::/:/bin/sh\n",
  );
});
afterEach(() => rm(directory, { recursive: true }));

describe("who runs the program", () => {
  test("root makes the directory and gives up everything, groups first", async () => {
    const process = new FakeProcess(0);
    const data = join(directory, "data");
    await becomeRouterUser(process, data, passwd);
    expect(process.calls).toEqual(["setgroups ", "setgid 6105", "setuid 6104"]);
    const { mode, uid } = await stat(data);
    expect([mode & 0o777, uid]).toEqual([0o700, 6104]);
  });

  test("anslut-router stays who it is", async () => {
    const process = new FakeProcess(6104);
    await becomeRouterUser(process, join(directory, "data"), passwd);
    await requireRouterUser(process, passwd);
    expect(process.calls).toEqual([]);
  });

  test("others are told who may", async () => {
    const problem = { key: "wrongUser", values: { actual: "tech" } };
    await expect(becomeRouterUser(new FakeProcess(6201), directory, passwd)).rejects.toMatchObject(problem);
    await expect(requireRouterUser(new FakeProcess(6201), passwd)).rejects.toMatchObject(problem);
    await expect(requireRouterUser(new FakeProcess(0), passwd)).rejects.toMatchObject({ values: { actual: "root" } });
  });

  test("a box without the user is told how to make it", async () => {
    await writeFile(passwd, "root:x:0:0::/root:/bin/sh\n");
    await expect(becomeRouterUser(new FakeProcess(0), directory, passwd)).rejects.toMatchObject({ key: "userMissing" });
  });
});

class FakeProcess implements Identity {
  readonly calls: string[] = [];
  readonly #uid: number;

  constructor(uid: number) {
    this.#uid = uid;
  }

  getuid(): number {
    return this.#uid;
  }

  setgroups(groups: readonly number[]): void {
    this.calls.push(`setgroups ${groups.join()}`);
  }

  setgid(gid: number): void {
    this.calls.push(`setgid ${gid}`);
  }

  setuid(uid: number): void {
    this.calls.push(`setuid ${uid}`);
  }
}
