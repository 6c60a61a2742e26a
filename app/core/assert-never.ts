/** Stands at the end of a switch over a closed union: a forgotten member is a compile error there. */
export function assertNever(value: never): never {
  throw new Error(`not in the union: ${JSON.stringify(value)}`);
}
