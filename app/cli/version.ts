import manifest from "../../package.json" with { type: "json" };

/** Version of the whole product: one package.json, one version. */
export const version: string = manifest.version;
