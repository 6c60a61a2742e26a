import { defineConfig } from "vitest/config";

// `unit` stands beside the code and needs nothing but Node. `lab` needs the network namespaces and programs of
// test/lab, so its files run one after the other.
export default defineConfig({
  test: {
    projects: [
      {
        extends: true,
        test: {
          name: "unit",
          include: ["**/*.test.{ts,tsx}"],
          exclude: [
            "**/node_modules/**",
            "dist/**",
            ".cache/**",
            "test/{lab,e2e,attack,bad-days,stage,bench,chaos,fuzz}/**",
          ],
        },
      },
      {
        extends: true,
        test: {
          name: "lab",
          include: ["test/{lab,e2e,attack,bad-days,stage}/**/*.test.{ts,tsx}"],
          exclude: ["**/node_modules/**"],
          fileParallelism: false,
          testTimeout: 60_000,
          hookTimeout: 60_000,
        },
      },
    ],
  },
});
