import { afterAll, beforeAll, expect, test } from "vitest";
import { scenes } from "../../app/desktop/renderer/testing/scenes.ts";
import { WindowStage } from "./open.ts";

let stage: WindowStage;

beforeAll(async () => {
  stage = await WindowStage.open();
});

afterAll(async () => {
  await stage?.close();
});

test("the window opens under its content policy without a complaint", async () => {
  const { page, complaints, close } = await stage.show(scenes.ready);
  await page.getByRole("main").waitFor({ state: "attached" });
  expect(complaints).toEqual([]);
  await close();
});
