import { availableParallelism } from "node:os";
import { fileURLToPath } from "node:url";
import { defineConfig } from "vitest/config";

// What users install, packed and put by npm into projects of its own. `npm run build` comes first.
export default defineConfig({
  root: fileURLToPath(new URL("../..", import.meta.url)),
  test: {
    name: "tarballs",
    include: ["test/tarballs/*.test.ts"],
    globalSetup: ["test/tarballs/pack.ts"],
    testTimeout: 120_000,
    hookTimeout: 300_000,
    // Whoever waits for npm leaves the processor to another.
    maxWorkers: Math.max(2, availableParallelism()),
  },
});
