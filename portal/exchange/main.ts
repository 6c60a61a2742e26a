import { namespaceChildVerb } from "./namespace-child-verb.ts";

/**
 * Root: `anslut-portal serve` starts it and nobody else talks to it but web. Started with the child's verb it is the short-lived
 * program that prepares an account's namespace from inside.
 */
const [verb, ...rest] = process.argv.slice(2);
if (verb === namespaceChildVerb) {
  const { runNamespaceChild } = await import("./namespace-child.ts");
  await runNamespaceChild(rest);
} else {
  const { serve } = await import("./serve.ts");
  await serve();
}
