import type { BookEntry } from "../../../../contract/agent.ts";

/** A machine's texts made ready to be compared: without capitals and accents. */
export type Folded = {
  readonly name: string;
  /** Numbers in it padded, so that press-2 stands before press-10. */
  readonly order: string;
  /** Everything that the search looks at. */
  readonly all: string;
};

/** Capitals, accents and the difference between ø and o mean nothing to somebody in a hurry. */
export function fold(text: string): string {
  const lower = text.toLowerCase();
  // Most names are plain; normalising 20,000 of them is what would be felt.
  if (/^[\0-\x7f]*$/.test(lower)) return lower;
  return lower
    .normalize("NFKD")
    .replaceAll(/\p{M}/gu, "")
    .replaceAll("ø", "o")
    .replaceAll("æ", "ae")
    .replaceAll("ß", "ss")
    .replaceAll("ł", "l");
}

const known = new WeakMap<BookEntry, Folded>();

/** Made once for each entry; an entry that changes is another object. */
export function folded(entry: BookEntry): Folded {
  const made = known.get(entry);
  if (made !== undefined) return made;
  const { machine, mark } = entry;
  const name = fold(machine.name);
  const networks = machine.networks.map(({ network }) => network).join(" ");
  const rest = fold([machine.customer, machine.place, machine.serial ?? "", mark.note, mark.contact].join("\n"));
  const texts: Folded = {
    name,
    order: name.replaceAll(/\d+/g, (digits) => digits.padStart(10, "0")),
    all: `${name}\n${rest}\n${networks}\n${machine.present.join(" ").toLowerCase()}`,
  };
  known.set(entry, texts);
  return texts;
}
