import { availableParallelism } from "node:os";
import { defineConfig } from "vitest/config";

/** Whose tests change nothing outside of themselves: their files share processes, which import the sources once. */
const SHARING = "core|explain|jwt|providers|round-trip|schemes";

// What `npm test` runs, in one pool: some files wait for leases and processes, and others compute meanwhile.
export default defineConfig({
  test: {
    projects: [
      {
        extends: "test/vitest.config.ts",
        test: { name: "unit", exclude: [`test/@(${SHARING})/**`] },
      },
      {
        extends: "test/vitest.config.ts",
        test: { name: "unit-sharing", exclude: [`test/!(${SHARING})/**`], isolate: false },
      },
      { extends: "test/packaging/vitest.config.ts" },
    ],
    // One more than processors, as many files wait; by default vitest leaves one processor to itself, which is half of two.
    maxWorkers: availableParallelism() + 1,
  },
});
