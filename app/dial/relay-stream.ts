import type { ChildProcessByStdio } from "node:child_process";
import { spawn } from "node:child_process";
import type { Readable, Writable } from "node:stream";
import { Duplex } from "node:stream";
import { CauseError, failureOf } from "../../contract/causes.ts";
import { raceStepMs } from "../../contract/constants.ts";
import { encodeFrame, FrameReader } from "../../contract/frame.ts";
import type { RelayReport, RelayStart, Way } from "../../contract/relay.ts";
import { decodeRelayReport } from "../../contract/relay.ts";
import { childEnvironment, type HelperProgram } from "./helper-program.ts";

export interface RelayOptions {
  readonly program: HelperProgram;
  readonly ways: readonly Way[];
  /** How long the whole race may take; default 20 s. */
  readonly timeoutMs?: number;
  readonly onReport?: (report: RelayReport) => void;
  readonly signal?: AbortSignal;
}

/**
 * A byte stream to the portal, carried by `anslut-helper relay` (contract: relay.ts). The first bytes written go down
 * every way; what is read comes from the way that answered first. Fails with a CauseError (`noWay`, `nameNotFound`,
 * `proxyAuthRequired`, …; `helperMissing` without the program; `cancelled` by the signal). Destroying it ends the relay.
 */
export function openRelay(options: RelayOptions): Duplex {
  return new RelayStream(options);
}

const nothing = new Uint8Array(0);

class RelayStream extends Duplex {
  readonly #child: ChildProcessByStdio<Writable, Readable, Readable>;
  readonly #onReport: ((report: RelayReport) => void) | undefined;
  readonly #signal: AbortSignal | undefined;
  #frames: FrameReader | undefined = new FrameReader();
  #complaint = "";

  constructor(options: RelayOptions) {
    super({ allowHalfOpen: true, autoDestroy: true });
    this.#onReport = options.onReport;
    this.#signal = options.signal;
    const { command, args } = options.program;
    this.#child = spawn(command, [...args, "relay"], { stdio: ["pipe", "pipe", "pipe"], env: childEnvironment() });
    this.#child.on("error", (error) => this.destroy(new CauseError("helperMissing", error.message)));
    this.#child.on("close", () => this.#ended());
    this.#child.stdin.on("error", () => undefined); // the close event says it
    this.#child.stderr.setEncoding("utf8").on("data", (text: string) => {
      this.#complaint = (this.#complaint + text).slice(-1000);
    });
    this.#child.stdout.on("data", (chunk: Buffer) => this.#receive(chunk));
    this.#child.stdout.on("end", () => this.#ended());
    const start: RelayStart = {
      type: "start",
      mode: "stdio",
      ways: [...options.ways],
      stepMs: raceStepMs,
      timeoutMs: options.timeoutMs ?? 20_000,
    };
    this.#child.stdin.write(encodeFrame(start));
    this.#signal?.addEventListener("abort", this.#abort, { once: true });
    if (this.#signal?.aborted) this.#abort();
  }

  override _read(): void {
    this.#child.stdout.resume();
  }

  override _write(chunk: Buffer, _encoding: BufferEncoding, done: (error?: Error | null) => void): void {
    // A dead relay says why in its report or by its end; EPIPE would only hide that.
    this.#child.stdin.write(chunk, () => done());
  }

  override _final(done: (error?: Error | null) => void): void {
    this.#child.stdin.end(() => done());
  }

  override _destroy(error: Error | null, done: (error?: Error | null) => void): void {
    this.#signal?.removeEventListener("abort", this.#abort);
    this.#child.stdin.destroy();
    this.#child.stdout.destroy();
    this.#child.kill();
    done(error);
  }

  readonly #abort = (): void => {
    this.destroy(new CauseError("cancelled"));
  };

  #receive(chunk: Buffer): void {
    if (this.#frames === undefined) {
      this.#deliver(chunk);
      return;
    }
    try {
      this.#takeReports(this.#frames, chunk);
    } catch (error) {
      this.destroy(new CauseError("helperMismatch", failureOf(error).detail));
    }
  }

  #takeReports(frames: FrameReader, chunk: Uint8Array): void {
    for (let message = frames.pushOne(chunk); message; message = frames.pushOne(nothing)) {
      const report = decodeRelayReport(message.value);
      this.#onReport?.(report);
      if (report.type === "failed") {
        this.destroy(new CauseError(report.cause, report.detail));
        return;
      }
      if (report.type === "won") {
        this.#turnRaw(frames);
        return;
      }
    }
  }

  #turnRaw(frames: FrameReader): void {
    const rest = frames.rest();
    this.#frames = undefined;
    if (rest.length > 0) this.#deliver(Buffer.from(rest));
  }

  #deliver(chunk: Buffer): void {
    if (!this.push(chunk)) this.#child.stdout.pause();
  }

  #ended(): void {
    if (this.destroyed) return;
    if (this.#frames === undefined) this.push(null);
    else this.destroy(new CauseError("helperMissing", `relay ended: ${this.#complaint.trim()}`));
  }
}
