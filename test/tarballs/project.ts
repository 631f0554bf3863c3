import { cpSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { publishedPackages, run, tarballName } from "../packaging/published-package.ts";

/** A project outside of the workspace, as a user has one. */
export interface Project {
  readonly folder: string;
  readonly remove: () => void;
}

/**
 * Makes a project with the packed packages in it, installed by npm.
 *
 * @param tarballs the folder with the packed packages
 * @param fixture a folder beside this file, copied into the project
 * @param others what else is installed, as npm writes it: `express@5`
 */
export async function projectWith(
  tarballs: string,
  fixture: string,
  others: readonly string[],
): Promise<Project> {
  const folder = mkdtempSync(join(tmpdir(), `countersign-${fixture}-`));
  writeFileSync(join(folder, "package.json"), JSON.stringify({ private: true }));
  cpSync(fileURLToPath(new URL(fixture, import.meta.url)), folder, { recursive: true });
  const packed = publishedPackages().map((each) => join(tarballs, tarballName(each)));
  const flags = ["--no-audit", "--no-fund", "--prefer-offline", "--loglevel=error"];
  await run("npm", ["install", ...flags, ...packed, ...others], folder);
  return { folder, remove: () => rmSync(folder, { recursive: true, force: true }) };
}
