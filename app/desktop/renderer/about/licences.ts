import type { About } from "../../../../contract/window.ts";

/** Parts in whose name or licence every word of the search stands. */
export function findLicences(licences: About["licences"], search: string): About["licences"] {
  const words = search
    .toLowerCase()
    .split(/\s+/)
    .filter((word) => word !== "");
  return licences.filter(({ name, version, licence }) => {
    const text = `${name} ${version} ${licence}`.toLowerCase();
    return words.every((word) => text.includes(word));
  });
}
