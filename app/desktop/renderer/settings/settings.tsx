/** What the person may choose, and what an administrator has fixed. */
export function Settings() {
  return null;
}
