const begin = "#hand-over=";

/**
 * The one-time code in the fragment of the address, by which the program on this computer opens the page signed in. It is taken out
 * of address bar and history before anything else happens; it was never sent to the portal with the address.
 */
export function takeHandOver(): string | null {
  const { hash, pathname, search } = location;
  if (!hash.startsWith(begin)) return null;
  history.replaceState(null, "", pathname + search);
  return decoded(hash.slice(begin.length));
}

/** Null for what is no code: longer than any, or torn. */
function decoded(text: string): string | null {
  try {
    const code = decodeURIComponent(text);
    return code.length >= 1 && code.length <= 1024 ? code : null;
  } catch {
    return null;
  }
}
