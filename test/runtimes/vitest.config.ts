import { fileURLToPath } from "node:url";
import { defineConfig } from "vitest/config";

// Without the source condition: the runtimes get what is published.
export default defineConfig({
  root: fileURLToPath(new URL(".", import.meta.url)),
  test: { include: ["*.test.ts"], testTimeout: 60_000, hookTimeout: 120_000 },
});
