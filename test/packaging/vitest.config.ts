import { fileURLToPath } from "node:url";
import { defineConfig } from "vitest/config";

// What gets published: no source condition, so that every import ends in dist. `npm run build` comes first.
export default defineConfig({
  root: fileURLToPath(new URL("../..", import.meta.url)),
  test: {
    name: "packaging",
    include: ["test/packaging/*.test.ts"],
    testTimeout: 120_000,
  },
});
