import { afterAll, beforeAll, expect, test } from "vitest";
import { Scene } from "./scene.ts";

// Passwords and codes that do not fit, typed by somebody who has not signed in yet.

let scene: Scene;

beforeAll(async () => {
  scene = await Scene.open();
  await scene.addPortal();
});
afterAll(() => scene.close());

test("a wrong password and a wrong account are one and the same to whoever asks, with a sentence", async () => {
  const password = scene.lab.variable("BEN_PASSWORD");
  const wrongPassword = await scene.technician.say(scene.loginWords("BEN"), `${password}x\n`);
  const wrongAccount = await scene.technician.say(scene.loginWords("BEN", "globex"), `${password}\n`);
  const noAccount = await scene.technician.say(scene.loginWords("BEN", "nobody"), `${password}\n`);
  scene.expectFailure(wrongPassword, "credentialsRefused");
  expect(wrongAccount).toEqual(wrongPassword);
  expect(noAccount).toEqual(wrongPassword);
  expect((await scene.look()).now).toMatchObject({
    session: { state: "signedOut" },
    identity: null,
    notice: { cause: "credentialsRefused" },
  });
  await scene.nothingIsLeft();
});

test("a wrong code leaves the question open, the right one signs in without the password", async () => {
  const password = scene.lab.variable("BEN_PASSWORD");
  const words = [...scene.loginWords("BEN"), "--code-stdin"];
  scene.expectFailure(await scene.technician.say(words, `${password}\n000000\n`), "codeRefused");
  expect((await scene.look()).now.session).toMatchObject({ state: "asking", question: { about: "secondFactor" } });
  await scene.nothingIsLeft();
  const said = await scene.technician.must(["login", "--code-stdin"], `${await scene.codeOf("BEN")}\n`);
  expect(said).toMatchObject({ identity: { account: "acme", user: "ben" } });
  await scene.technician.must(["logout"]);
});

test("a code that was used once is refused, the next one is not", async () => {
  const password = scene.lab.variable("CARL_PASSWORD");
  const words = [...scene.loginWords("CARL"), "--code-stdin"];
  const code = await scene.codeOf("CARL");
  await scene.technician.must(words, `${password}\n${code}\n`);
  await scene.technician.must(["logout"]);
  scene.expectFailure(await scene.technician.say(words, `${password}\n${code}\n`), "codeRefused");
  await scene.nothingIsLeft();
  await scene.technician.must(["login", "--code-stdin"], `${await scene.codeOf("CARL", 1)}\n`);
  await scene.technician.must(["logout"]);
});

test("a dial without having signed in says so, and leaves nothing", async () => {
  scene.expectFailure(await scene.technician.say(["dial"]), "signedOut");
  await scene.nothingIsLeft();
});
