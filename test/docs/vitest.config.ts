import { fileURLToPath } from "node:url";
import { defineConfig } from "vitest/config";

// The site as it was built: `npm run docs` comes first.
export default defineConfig({
  root: fileURLToPath(new URL("../..", import.meta.url)),
  test: { include: ["test/docs/**/*.test.ts"], testTimeout: 120_000, hookTimeout: 60_000 },
});
