/**
 * Waits until all have ended, one way or the other, and then throws what the first that failed threw: so that whoever cleans up
 * after a failure does not race with what is still being made.
 */
export async function allDone(works: readonly Promise<unknown>[]): Promise<void> {
  const results = await Promise.allSettled(works);
  const failed = results.find((result) => result.status === "rejected");
  if (failed !== undefined) throw failed.reason;
}
