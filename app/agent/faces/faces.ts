import type { Socket } from "node:net";
import type { Store } from "../store.ts";
import type { FaceOptions } from "./face-connection.ts";
import { FaceConnection } from "./face-connection.ts";

export interface FacesOptions extends Pick<FaceOptions, "key" | "version" | "answer" | "onFault"> {
  readonly store: Store;
  /** The number of faces changed. */
  readonly onCount: (count: number) => void;
}

// More than a person has windows and terminals; a runaway script must not eat all descriptors.
const maxFaces = 64;

/** All faces on the agent's socket. Each sees the state at once after its proof, and every change of it. */
export class Faces {
  readonly #options: FacesOptions;
  readonly #open = new Set<FaceConnection>();
  readonly #leave: () => void;
  #connections = 0;

  constructor(options: FacesOptions) {
    this.#options = options;
    this.#leave = options.store.subscribe((state) => {
      for (const face of this.#open) face.show(state);
    });
  }

  get count(): number {
    return this.#open.size;
  }

  /** Takes a new connection of the listening socket. */
  accept(socket: Socket): void {
    if (this.#connections >= maxFaces) {
      socket.destroy();
      return;
    }
    this.#connections++;
    const { key, version, answer, onFault, store, onCount } = this.#options;
    new FaceConnection(socket, {
      key,
      version,
      answer,
      onFault,
      onOpen: (face) => {
        this.#open.add(face);
        face.show(store.view);
        onCount(this.#open.size);
      },
      onEnd: (face) => {
        this.#connections--;
        if (this.#open.delete(face)) onCount(this.#open.size);
      },
    });
  }

  close(): void {
    this.#leave();
    for (const face of this.#open) face.close();
  }
}
