/** A file of its own, so that the child starts without loading exchange. */
export const namespaceChildVerb = "namespace-child";
