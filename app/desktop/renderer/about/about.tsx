/** Version, parts and licences. */
export function About() {
  return null;
}
