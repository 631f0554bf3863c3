import { existsSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { TestProject } from "vitest/node";
import { pnpm, publishedPackages, root, run } from "../packaging/published-package.ts";

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
  }
  const all = ["--recursive", "--filter", "./packages/*"];
  await run("npx", ["--yes", pnpm(), ...all, "pack", "--pack-destination", tarballs], root);
  project.provide("tarballs", tarballs);
  return () => rmSync(tarballs, { recursive: true, force: true });
}
