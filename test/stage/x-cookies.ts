/**
 * The cookies of an Xauthority file, made good for any host name: in the lab the computer has another one. An entry is a family (2 bytes), then
 * address, display number, name and data, each with its length before it (Xau). What is cut off at the end is left out.
 */
export function wildCookies(file: Buffer): Buffer {
  const wild: Buffer[] = [];
  for (let at = 0; at + 2 <= file.length; ) {
    const ends = fieldEnds(file, at + 2);
    const [address, , , data] = ends;
    if (address === undefined || data === undefined) break;
    // FamilyWild, no address; then the rest as it is.
    wild.push(Buffer.from([0xff, 0xff, 0, 0]), file.subarray(address, data));
    at = data;
  }
  return Buffer.concat(wild);
}

/** Where each of the four fields ends; fewer where the file ends before. */
function fieldEnds(file: Buffer, start: number): readonly number[] {
  const ends: number[] = [];
  for (let at = start; ends.length < 4 && at + 2 <= file.length; ) {
    at += 2 + file.readUInt16BE(at);
    if (at > file.length) break;
    ends.push(at);
  }
  return ends;
}
