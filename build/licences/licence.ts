/** Sentences by which a licence's text is known, and its name (SPDX). The first that fits counts. */
const marks: readonly (readonly [RegExp, string])[] = [
  [/Apache License,?\s+Version 2\.0/i, "Apache-2.0"],
  [/Mozilla Public License,?\s+version 2\.0/i, "MPL-2.0"],
  [/GNU GENERAL PUBLIC LICENSE\s+Version 2/i, "GPL-2.0-only"],
  [/Permission is hereby granted, free of charge/i, "MIT"],
  [/Permission to use, copy, modify, and\/?(or)? distribute this software/i, "ISC"],
  [/Redistribution and use[\s\S]*Neither the name/i, "BSD-3-Clause"],
  [/Redistribution and use/i, "BSD-2-Clause"],
];

/** The name of the licence whose text this is; empty where it is none that we know. */
export function licenceOf(text: string): string {
  return marks.find(([mark]) => mark.test(text))?.[1] ?? "";
}
