/** The agent's checks, a verdict, the page for the customer's IT, and the diagnostics for support. */
export function Doctor() {
  return null;
}
