import type { RefObject } from "react";
import { useEffect, useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import type { WindowDone } from "../../../../contract/window.ts";
import { Button } from "../../../../ui/button.tsx";
import { FailureMessage } from "../../../../ui/failure-message.tsx";
import { Icon } from "../../../../ui/icon.tsx";
import { bytesText } from "../../../core/quantities.ts";
import { bridge } from "../bridge.ts";
import { CopyButton } from "../panel/copy-button.tsx";
import { useLanguage } from "../panel/language.ts";
import { Scrolling } from "../panel/scrolling.tsx";
import { Search } from "../panel/search.tsx";
import { placesOf } from "./find-in.ts";

export interface Bundle {
  readonly name: string;
  readonly text: string;
}

/** Longest text that the clipboard call takes. */
const mostCopied = 20_000;
const mostPlaces = 500;

/** Exactly what would leave, to read and to search. It leaves only by the person's hand. */
export function DiagnosticsPreview({ bundle }: { readonly bundle: Bundle }) {
  const { t } = useTranslation();
  const language = useLanguage();
  const [search, setSearch] = useState("");
  const [current, setCurrent] = useState(0);
  const [said, setSaid] = useState<WindowDone | null>(null);
  const box = useRef<HTMLElement>(null);
  const text = useRef<HTMLPreElement>(null);
  const places = placesOf(bundle.text, search, mostPlaces);
  const at = places[Math.min(current, places.length - 1)];
  useMarks(box, text, places, at, search.length);

  const step = (by: number): void => {
    if (places.length > 0) setCurrent((current + by + places.length) % places.length);
  };
  const save = async (): Promise<void> => setSaid(await bridge.save(bundle));
  const size = bytesText(new TextEncoder().encode(bundle.text).length, language);
  return (
    <div className="doctor-bundle">
      <div className="doctor-bundle-head">
        <p>
          <code>{bundle.name}</code> <span className="panel-quiet">{size}</span>
        </p>
        <Search
          label={t("panels.diagnostics.search")}
          value={search}
          onChange={(wanted) => {
            setSearch(wanted);
            setCurrent(0);
          }}
          onSubmit={() => step(1)}
        />
        <span className="panel-quiet" role="status">
          {search !== "" &&
            t("panels.diagnostics.found", { count: places.length, current: at === undefined ? 0 : current + 1 })}
        </span>
        <Button onPress={() => step(1)} isDisabled={places.length < 2}>
          {t("panels.diagnostics.next")}
        </Button>
      </div>
      <Scrolling place={box} className="doctor-text" label={t("panels.diagnostics.preview")}>
        <pre ref={text}>{bundle.text}</pre>
      </Scrolling>
      <div className="panel-actions">
        <Button kind="primary" onPress={() => void save()}>
          <Icon name="save" /> {t("panels.save")}
        </Button>
        {bundle.text.length <= mostCopied ? (
          <CopyButton text={bundle.text} what={t("panels.diagnostics.title")} words={t("panels.copy.word")} />
        ) : (
          <span className="panel-quiet">{t("panels.diagnostics.tooLong")}</span>
        )}
        <span className="panel-quiet" role="status">
          {said?.type === "done" && t("panels.done")}
        </span>
      </div>
      {said?.type === "refusal" && <FailureMessage failure={said.failure} />}
    </div>
  );
}

/** Marks what was found by the CSS Custom Highlight API: the text stays one piece, however long it is. */
function useMarks(
  box: RefObject<HTMLElement | null>,
  text: RefObject<HTMLPreElement | null>,
  places: readonly number[],
  at: number | undefined,
  length: number,
): void {
  const found = places.join();
  useEffect(() => {
    const node = text.current?.firstChild;
    if (node == null || found === "" || length === 0) return;
    const rangeAt = (place: number): Range => {
      const range = new Range();
      range.setStart(node, place);
      range.setEnd(node, place + length);
      return range;
    };
    CSS.highlights.set("found", new Highlight(...found.split(",").map((place) => rangeAt(Number(place)))));
    if (at !== undefined) {
      const here = rangeAt(at);
      CSS.highlights.set("found-here", new Highlight(here));
      const [seen, line] = [box.current?.getBoundingClientRect(), here.getBoundingClientRect()];
      if (seen !== undefined) box.current?.scrollBy(0, line.top - seen.top - seen.height / 2);
    }
    return () => {
      CSS.highlights.delete("found");
      CSS.highlights.delete("found-here");
    };
  }, [box, text, found, at, length]);
}
