/** Where `wanted` stands in `text`, without regard to capitals; at most `most` places. */
export function placesOf(text: string, wanted: string, most: number): readonly number[] {
  const [lower, needle] = [small(text), small(wanted)];
  const places: number[] = [];
  if (needle === "") return places;
  for (
    let at = lower.indexOf(needle);
    at !== -1 && places.length < most;
    at = lower.indexOf(needle, at + needle.length)
  ) {
    places.push(at);
  }
  return places;
}

// A few letters become two when they are made small; then places would no longer be those of the text.
function small(text: string): string {
  const lower = text.toLowerCase();
  return lower.length === text.length ? lower : text;
}
