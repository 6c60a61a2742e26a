import type { Lab } from "../lab/lab.ts";
import type { HostName } from "../lab/topology.ts";

/** A disk of its own under a directory of a host, so small that it can be filled: the ballast is what somebody else put there. */
export class SmallDisk {
  readonly #lab: Lab;
  readonly #host: HostName;
  readonly #directory: string;

  private constructor(lab: Lab, host: HostName, directory: string) {
    this.#lab = lab;
    this.#host = host;
    this.#directory = directory;
  }

  /** Takes over what is in the directory. Who has files of it open goes on with those: start such programs anew. */
  static async under(lab: Lab, host: HostName, directory: string, kilobytes: number): Promise<SmallDisk> {
    const disk = new SmallDisk(lab, host, directory);
    await disk.#run(
      `mkdir -p /run/small && mount -t tmpfs -o size=${kilobytes}k tmpfs /run/small &&
      cp -a "$0/." /run/small/ && chown --reference="$0" /run/small && chmod --reference="$0" /run/small &&
      mount --bind /run/small "$0" && umount /run/small`,
    );
    return disk;
  }

  /**
   * Not one byte more: also the rest of the last page of each of `files`, which are lines of text, is taken.
   * A tmpfs gives out pages of 4 KiB.
   */
  async fill(...files: readonly string[]): Promise<void> {
    const pad = `rest=$(( 4096 - $(stat -c %s "$0/$file") % 4096 )); yes "" | head -c "$rest" >>"$0/$file"`;
    const pads = files.map((file) => `file=${file}; ${pad}`);
    await this.#run([...pads, `! dd if=/dev/zero of="$0/ballast" bs=4k 2>/dev/null`].join("\n"));
  }

  /** There is room again. */
  async free(): Promise<void> {
    await this.#run(`rm -f "$0/ballast"`);
  }

  /** What lay there before is there again, and nothing else. */
  async remove(): Promise<void> {
    await this.#run(`umount "$0"`);
  }

  async #run(script: string): Promise<void> {
    await this.#lab.output(this.#host, ["nsenter", "--target=1", "--mount", "sh", "-c", script, this.#directory]);
  }
}
