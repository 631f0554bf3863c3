import { availableParallelism } from "node:os";
import { defineConfig } from "vitest/config";

// What `npm test` runs, in one pool: some files wait for leases and processes, and others compute meanwhile.
export default defineConfig({
  test: {
    projects: [
      { extends: "test/vitest.config.ts" },
      { extends: "test/packaging/vitest.config.ts" },
    ],
    // By default vitest leaves one processor to itself, which is half of two. With more workers than processors, tests run into their time-outs.
    maxWorkers: Math.max(2, availableParallelism()),
  },
});
