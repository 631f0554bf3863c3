import { existsSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { TestProject } from "vitest/node";
import { pnpm, publishedPackages, run } from "./published-package.ts";

declare module "vitest" {
  interface ProvidedContext {
    /** The folder with one tarball for each package. */
    tarballs: string;
  }
}

/** Packs every package as it would be published: by pnpm, which writes versions in place of `workspace:` ranges. */
export default async function pack(project: TestProject): Promise<() => void> {
  const tarballs = mkdtempSync(join(tmpdir(), "countersign-pack-"));
  for (const { folder, manifest } of publishedPackages()) {
    if (!existsSync(join(folder, "dist"))) {
      throw new Error(`${manifest.name} has no dist folder: run \`npm run build\` first.`);
    }
    await run("npx", ["--yes", pnpm(), "pack", "--pack-destination", tarballs], folder);
  }
  project.provide("tarballs", tarballs);
  return () => rmSync(tarballs, { recursive: true, force: true });
}
