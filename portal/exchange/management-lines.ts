/**
 * Reads what OpenVPN's management interface says (doc/management-notes.txt of 2.6). Pure: text in, events out.
 *
 * What a client says of itself (user name, password, IV_ and UV_ values) comes here in lines that OpenVPN has cleaned of
 * control characters; it can fill a value but not begin a line.
 */
export type ManagementEvent =
  | { readonly kind: "hold" }
  | { readonly kind: "state"; readonly state: string }
  | {
      readonly kind: "client";
      /** A client wants in, wants to stay, is through, or is gone. */
      readonly what: "CONNECT" | "REAUTH" | "ESTABLISHED" | "DISCONNECT";
      readonly cid: number;
      /** Key id, of CONNECT and REAUTH. */
      readonly kid: number;
      readonly env: ReadonlyMap<string, string>;
    }
  | { readonly kind: "bytes"; readonly cid: number; readonly received: number; readonly sent: number }
  | { readonly kind: "error"; readonly text: string };

const maxLineBytes = 16_384;
const maxEnvLines = 512;

/** The stream is not what OpenVPN sends: end the process. */
export class ManagementError extends Error {
  override readonly name = "ManagementError";
}

export class ManagementReader {
  #pending = "";
  #block: { what: string; cid: number; kid: number; env: Map<string, string> } | undefined;

  /** Takes what arrived and returns the events that are whole by now. */
  push(chunk: string): readonly ManagementEvent[] {
    const lines = (this.#pending + chunk).split("\n");
    this.#pending = lines.pop() ?? "";
    if (this.#pending.length > maxLineBytes) throw new ManagementError("a line without end");
    return lines.flatMap((line) => this.#read(line.replace(/\r$/, "")));
  }

  #read(line: string): readonly ManagementEvent[] {
    if (line.startsWith(">CLIENT:ENV,")) return this.#readEnv(line.slice(12));
    if (line.startsWith(">CLIENT:")) return this.#openBlock(line.slice(8));
    if (line.startsWith(">HOLD:")) return [{ kind: "hold" }];
    if (line.startsWith(">STATE:")) return [{ kind: "state", state: line.split(",")[1] ?? "" }];
    if (line.startsWith(">BYTECOUNT_CLI:")) return readBytes(line.slice(15));
    if (line.startsWith("ERROR:")) return [{ kind: "error", text: line.slice(6).trim() }];
    return [];
  }

  #openBlock(text: string): readonly ManagementEvent[] {
    const [what = "", cid, kid] = text.split(",");
    if (what === "ADDRESS") return [];
    this.#block = { what, cid: whole(cid), kid: kid === undefined ? 0 : whole(kid), env: new Map() };
    return [];
  }

  #readEnv(text: string): readonly ManagementEvent[] {
    const block = this.#block;
    if (block === undefined) throw new ManagementError("ENV without a client");
    if (text !== "END") {
      if (block.env.size >= maxEnvLines) throw new ManagementError("too many ENV lines");
      const at = text.indexOf("=");
      const name = at < 0 ? text : text.slice(0, at);
      // The last stands: what a client says of itself (man_output_peer_info_env, with an env-filter) comes before the rest.
      block.env.set(name, at < 0 ? "" : text.slice(at + 1));
      return [];
    }
    this.#block = undefined;
    const { what, cid, kid, env } = block;
    if (what !== "CONNECT" && what !== "REAUTH" && what !== "ESTABLISHED" && what !== "DISCONNECT") return [];
    return [{ kind: "client", what, cid, kid, env }];
  }
}

function readBytes(text: string): readonly ManagementEvent[] {
  const [cid, received, sent] = text.split(",");
  return [{ kind: "bytes", cid: whole(cid), received: whole(received), sent: whole(sent) }];
}

function whole(text: string | undefined): number {
  const value = Number(text);
  if (text === undefined || !/^\d{1,16}$/.test(text) || !Number.isSafeInteger(value)) {
    throw new ManagementError(`"${text}" is no number`);
  }
  return value;
}
