import { causes } from "./causes.ts";
import { closed, oneOf } from "./decoder.ts";
import { Detail } from "./values.ts";

/** Cause and failure as schemas. The list itself and the error are in causes.ts: a page that decodes nothing loads no schemas. */

export const Cause = oneOf(causes);
export const Failure = closed({ cause: Cause, detail: Detail });
