/** A name as it is compared: `Müller AG ` and `müller ag` are the same. */
export function nameKey(name: string): string {
  return name.normalize("NFC").trim().replace(/\s+/g, " ").toLowerCase();
}

/** Text as search sees it: lower case and without accents, so that `munchen` finds `München`. */
export function foldForSearch(text: string): string {
  return text
    .normalize("NFKD")
    .replace(/\p{Mark}/gu, "")
    .toLowerCase();
}

/** Order of names for people: M-2 before M-10. */
export function sortKey(name: string): string {
  return foldForSearch(name).replace(/\d+/g, (digits) => digits.padStart(10, "0"));
}

/** Whether a person may give that name: 1 to 100 characters, no control characters, no blanks around. */
export function isName(name: string): boolean {
  return name.length >= 1 && name.length <= 100 && name === name.trim() && !/\p{Cc}/u.test(name);
}
