/**
 * The machine that `anslut://connect?id=…` names, or undefined for anything else. Any page and any mail may hold such a link, so all that
 * it does is to ask the person.
 */
export function machineOfLink(link: string): string | undefined {
  const url = URL.parse(link);
  if (url?.protocol !== "anslut:") return undefined;
  // Some systems hand over anslut://connect/?id=…
  if (url.host !== "connect" || (url.pathname !== "" && url.pathname !== "/")) return undefined;
  const id = url.searchParams.get("id") ?? "";
  return /^[0-9A-Za-z_-]{1,64}$/.test(id) ? id : undefined;
}

/** The first such link among a program's arguments. */
export function machineOfArguments(words: readonly string[]): string | undefined {
  return words.map(machineOfLink).find((machine) => machine !== undefined);
}
