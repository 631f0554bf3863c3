import { existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { TestProject } from "vitest/node";
import { publishedPackages, root, run } from "./published-package.ts";

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

/** The pnpm that `npm run setup` installs with. */
function pnpm(): string {
  const { scripts } = JSON.parse(readFileSync(join(root, "package.json"), "utf8")) as {
    scripts: Record<string, string>;
  };
  const version = /pnpm@[\d.]+/.exec(scripts["setup"] ?? "")?.[0];
  if (version === undefined) throw new Error("The setup script of package.json names no pnpm@x.");
  return version;
}
