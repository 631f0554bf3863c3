import { fileURLToPath } from "node:url";
import { defineConfig } from "vitest/config";

/** The copy that Stryker has changed, and not the package that the workspace links to. */
const core = fileURLToPath(new URL("../../../packages/core/src/", import.meta.url));

export default defineConfig({
  root: fileURLToPath(new URL("../../..", import.meta.url)),
  ssr: { resolve: { conditions: ["@countersign/source"] } },
  resolve: {
    alias: [
      { find: /^@countersign\/core$/, replacement: `${core}index.ts` },
      { find: /^@countersign\/core\/(adapter)$/, replacement: `${core}$1.ts` },
      {
        find: /^@countersign\/core\/(explain|testing|providers)$/,
        replacement: `${core}$1/index.ts`,
      },
      { find: /^@countersign\/core\/providers\/(.+)$/, replacement: `${core}providers/$1.ts` },
    ],
  },
  test: {
    // Quick ones, whose answers were made elsewhere.
    include: [
      "test/core/{byte-exactness,challenge,configuration-errors,empty-bodies,grammar,hmac-backends,known-answers,one-of,similar-events}.test.ts",
      "test/schemes/{custom-verify,hmacs,public-keys,tokens}.test.ts",
      "test/providers/vectors.test.ts",
      "test/claims/identity.test.ts",
    ],
  },
});
