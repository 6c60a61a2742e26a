/** SQLite's primary result codes (sqlite.org/rescode.html) for a disk that is full or fails. */
const diskCodes = [10 /* SQLITE_IOERR */, 13 /* SQLITE_FULL */];

/** Whether the database could not be written because of its disk. */
export function isDiskFault(error: unknown): boolean {
  // The low byte is the primary code.
  return error instanceof Error && "errcode" in error && diskCodes.includes(Number(error.errcode) & 0xff);
}
