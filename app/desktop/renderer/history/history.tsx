/** This computer's own journal, and the portal's. */
export function History() {
  return null;
}
