import type { Language } from "../../../../ui/texts.ts";
import { HostName } from "../panel/host-name.tsx";
import type { Block } from "./markdown.ts";

type SheetProps = {
  readonly blocks: readonly Block[];
  readonly language: Language;
  /** Level of the page's own title where it stands now. */
  readonly top: 1 | 3;
};

/** The page for the customer's IT as a sheet of paper. Its text is text: nothing in it is taken for markup. */
export function Sheet({ blocks, language, top }: SheetProps) {
  return (
    <div className="sheet" lang={language}>
      {blocks.map((block, index) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: a page is written once and never rearranged
        <SheetBlock key={index} block={block} top={top} />
      ))}
    </div>
  );
}

function SheetBlock({ block, top }: { readonly block: Block; readonly top: 1 | 3 }) {
  switch (block.kind) {
    case "heading": {
      const Heading = headings[top + block.level - 1] ?? "h6";
      return <Heading data-level={block.level}>{block.text}</Heading>;
    }
    case "paragraph":
      return <p>{block.text}</p>;
    case "list":
      return (
        <ul>
          {block.items.map((item) => (
            <li key={item}>{item}</li>
          ))}
        </ul>
      );
    case "table":
      return <SheetTable head={block.head} rows={block.rows} />;
  }
}

const headings: readonly ("h1" | "h2" | "h3" | "h4" | "h5" | "h6" | undefined)[] = [
  undefined,
  "h1",
  "h2",
  "h3",
  "h4",
  "h5",
  "h6",
];

function SheetTable({
  head,
  rows,
}: {
  readonly head: readonly string[];
  readonly rows: readonly (readonly string[])[];
}) {
  return (
    <table>
      <thead>
        <tr>
          {head.map((cell) => (
            <th key={cell} scope="col">
              {cell}
            </th>
          ))}
        </tr>
      </thead>
      <tbody>
        {rows.map((row, index) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: a page is written once and never rearranged
          <tr key={index}>
            {row.map((cell, column) => (
              // biome-ignore lint/suspicious/noArrayIndexKey: a cell is its column's
              <td key={column}>
                <HostName text={cell} />
              </td>
            ))}
          </tr>
        ))}
      </tbody>
    </table>
  );
}
