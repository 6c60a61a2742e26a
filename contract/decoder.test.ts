import { Type } from "typebox";
import { describe, expect, test } from "vitest";
import { decodeAgentRequest } from "./agent.ts";
import { CauseError, failureOf } from "./causes.ts";
import { ContractError, closed, decoder, nullable, oneOf } from "./decoder.ts";
import { Name } from "./values.ts";

const decode = decoder("example", closed({ kind: oneOf(["a", "b"]), port: nullable(Type.Integer({ minimum: 1 })) }));

describe("a decoder", () => {
  test("returns the very value it was given", () => {
    const value = { kind: "a", port: null };
    expect(decode(value)).toBe(value);
  });

  test("says which wire, where and what", () => {
    expect(errorOf({ kind: "a", port: 0 })).toMatchObject({ wire: "example", where: "/port" });
    expect(errorOf({ kind: "a", port: 0 }).message).toMatch(/^example\/port: /);
    expect(errorOf({ kind: "a" }).message).toMatch(/^example: must have required properties port/);
    expect(errorOf(null).message).toMatch(/^example: must be object/);
  });

  test("never shows the value, which may be a secret", () => {
    const request = {
      type: "login",
      id: 1,
      portal: null,
      account: "a",
      user: "u",
      password: "hunter2",
      remember: "hunter2",
    };
    expect(() => decodeAgentRequest(request)).toThrow(ContractError);
    try {
      decodeAgentRequest(request);
    } catch (error) {
      expect(String(error)).not.toContain("hunter2");
    }
  });

  test("neither coerces nor fills in", () => {
    expect(() => decode({ kind: "a", port: "443" })).toThrow(ContractError);
    expect(() => decode({ kind: "a", port: undefined })).toThrow(ContractError);
    expect(() => decode({ kind: "a" })).toThrow(ContractError);
  });

  test("refuses an unknown field, also one named like those of every object", () => {
    expect(() => decode({ kind: "a", port: null, extra: 1 })).toThrow(ContractError);
    expect(() => decode(JSON.parse('{"kind":"a","port":null,"__proto__":{}}'))).toThrow(ContractError);
    expect(() => decode({ kind: "a", port: null, toString: 1 })).toThrow(ContractError);
  });

  test("counts code points, as the Go side does", () => {
    const name = decoder("name", Name);
    expect(name("😀".repeat(100))).toHaveLength(200);
    expect(() => name("😀".repeat(101))).toThrow(ContractError);
    expect(() => name("e\u0301".repeat(51))).toThrow(ContractError);
  });
});

describe("a failure", () => {
  test("keeps its cause and its detail", () => {
    expect(failureOf(new CauseError("noLease", "eth0"))).toEqual({ cause: "noLease", detail: "eth0" });
    expect(new CauseError("noLease").message).toBe("noLease");
  });

  test("that is not ours is internal", () => {
    expect(failureOf(new TypeError("x is undefined"))).toEqual({ cause: "internal", detail: "x is undefined" });
    expect(failureOf("boom")).toEqual({ cause: "internal", detail: "boom" });
  });

  test("never has a detail that its own wire would refuse", () => {
    expect(failureOf(new CauseError("internal", "x".repeat(5000))).detail).toHaveLength(2000);
    expect(failureOf(new Error("x".repeat(5000))).detail).toHaveLength(2000);
  });
});

function errorOf(value: unknown): ContractError {
  try {
    decode(value);
  } catch (error) {
    if (error instanceof ContractError) return error;
  }
  throw new Error("was accepted");
}
