import type { Static, TEnum, TObject, TProperties, TSchema } from "typebox";
import { Type } from "typebox";
import { Compile } from "typebox/compile";

/** An object that may hold nothing but what is named: an unknown field is an error on every wire. */
export function closed<Properties extends TProperties>(properties: Properties): TObject<Properties> {
  return Type.Object(properties, { additionalProperties: false });
}

/** `schema` or null. Absent fields are not used on our wires: null says "none" and cannot be forgotten. */
export function nullable<Schema extends TSchema>(schema: Schema) {
  return Type.Union([schema, Type.Null()]);
}

/** A closed list of words. */
export function oneOf<const Words extends readonly string[]>(
  words: Words,
): TEnum<{ -readonly [Index in keyof Words]: Words[Index] }> {
  // Inferred, the words would be lost: Enum's own type parameter widens them to string.
  return Type.Enum<{ -readonly [Index in keyof Words]: Words[Index] }>([...words] as never);
}

/** What came over a wire is not what the contract says. `where` is a JSON pointer into the value. */
export class ContractError extends Error {
  override readonly name = "ContractError";
  readonly wire: string;
  readonly where: string;

  constructor(wire: string, where: string, what: string) {
    super(`${wire}${where}: ${what}`);
    this.wire = wire;
    this.where = where;
  }
}

/** Checks an unknown value against one schema. Throws {@link ContractError}; never coerces, never fills in. */
export type Decoder<Value> = (value: unknown) => Value;

/** Makes the decoder of a schema. Compiled on first use: a program pays only for the wires it touches. */
export function decoder<Schema extends TSchema>(wire: string, schema: Schema): Decoder<Static<Schema>> {
  let compiled: ReturnType<typeof Compile<Schema>> | undefined;
  return (value) => {
    compiled ??= Compile(schema);
    if (compiled.Check(value)) return value as Static<Schema>;
    const [deepest] = [...compiled.Errors(value)].sort((a, b) => b.instancePath.length - a.instancePath.length);
    throw new ContractError(wire, deepest?.instancePath ?? "", deepest?.message ?? "does not fit");
  };
}
