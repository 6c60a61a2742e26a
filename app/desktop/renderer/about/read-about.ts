import { useEffect } from "react";
import { create } from "zustand";
import type { Failure } from "../../../../contract/causes.ts";
import { failureOf } from "../../../../contract/causes.ts";
import type { About } from "../../../../contract/window.ts";
import { bridge } from "../bridge.ts";

type AboutRead = { readonly about: About | null; readonly failure: Failure | null };

const useRead = create<AboutRead>()(() => ({ about: null, failure: null }));

/** What the program says of itself; it says the same for as long as it runs. */
export function useAbout(): AboutRead {
  const read = useRead();
  const isKnown = read.about !== null;
  useEffect(() => {
    if (isKnown) return;
    bridge.about({}).then(
      (about) => useRead.setState({ about, failure: null }),
      (error: unknown) => useRead.setState({ failure: failureOf(error) }),
    );
  }, [isKnown]);
  return read;
}
