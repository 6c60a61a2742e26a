import { useMemo } from "react";
import { useTranslation } from "react-i18next";
import { useDesk } from "../store.ts";
import { type Directory, directoryOf, emptyDirectory } from "./directory.ts";

let last: { readonly language: string; readonly directory: Directory } = { language: "", directory: emptyDirectory };

/** The address book in order; kept between visits of the place, so that it is sorted once. */
export function useDirectory(): Directory {
  const { i18n } = useTranslation();
  const machines = useDesk((desk) => desk.machines);
  const { language } = i18n;
  return useMemo(() => {
    const before = last.language === language ? last.directory : emptyDirectory;
    last = { language, directory: directoryOf(machines, before, language) };
    return last.directory;
  }, [machines, language]);
}
