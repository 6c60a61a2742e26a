import { expect, test } from "vitest";
import { sightOf } from "./sight.ts";
import { wildCookies } from "./x-cookies.ts";

test("Electron where its runtime is, else the browser, on a display of this computer", () => {
  expect(sightOf({ DISPLAY: ":0" }, "/e/electron")).toEqual({ by: "electron", program: "/e/electron", display: 0 });
  expect(sightOf({ DISPLAY: "unix:1.0" }, undefined)).toEqual({ by: "browser", display: 1 });
});

test("without a display, or with one that is elsewhere, there is a sentence", () => {
  expect(sightOf({}, "/e/electron")).toMatchObject({ by: "nothing", why: expect.stringContaining("no display") });
  expect(sightOf({ DISPLAY: "localhost:10.0" }, undefined)).toMatchObject({ by: "nothing" });
});

test("cookies of an X server are good under whatever name the computer has", () => {
  const entry = (family: number, host: string): Buffer =>
    Buffer.concat([word(family), text(host), text("0"), text("MIT-MAGIC-COOKIE-1"), text("0123456789abcdef")]);
  const word = (value: number): Buffer => Buffer.from([value >> 8, value & 255]);
  const text = (value: string): Buffer => Buffer.concat([word(value.length), Buffer.from(value)]);
  const wild = wildCookies(Buffer.concat([entry(256, "workshop"), entry(0, "\x7f\0\0\x01")]));
  expect(wild).toEqual(Buffer.concat([entry(0xffff, ""), entry(0xffff, "")]));
  expect(wildCookies(Buffer.from([1, 2, 3]))).toEqual(Buffer.alloc(0));
});
