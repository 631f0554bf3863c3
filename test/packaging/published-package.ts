import { execFile } from "node:child_process";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";

type Target = string | null | { readonly [condition: string]: Target };

interface Manifest {
  readonly name: string;
  readonly version: string;
  readonly exports: Readonly<Record<string, Target>>;
}

/** A package of the workspace that gets published. */
export interface PublishedPackage {
  readonly folder: string;
  readonly manifest: Manifest;
}

/** The top of the repository. */
export const root: string = fileURLToPath(new URL("../..", import.meta.url));

/** Every package folder there is, so that a new package is held to the same tests without being named here. */
export function publishedPackages(): readonly PublishedPackage[] {
  const packages = join(root, "packages");
  return readdirSync(packages, { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .map(({ name }) => join(packages, name))
    .filter((folder) => readdirSync(folder).includes("package.json"))
    .map((folder) => ({ folder, manifest: readManifest(folder) }));
}

function readManifest(folder: string): Manifest {
  return JSON.parse(readFileSync(join(folder, "package.json"), "utf8")) as Manifest;
}

/** Where `pack.ts` puts the tarball of a package, below its folder. */
export function tarballName({ manifest: { name, version } }: PublishedPackage): string {
  return `${name.replace("@", "").replace("/", "-")}-${version}.tgz`;
}

/** The files that an entry of `exports` names, under whichever condition. */
export function targetsOf(target: Target): readonly string[] {
  if (target === null) return [];
  return typeof target === "string" ? [target] : Object.values(target).flatMap(targetsOf);
}

const execute = promisify(execFile);

/** Runs a program to its end; its whole output is in the error where it fails. */
export async function run(file: string, args: readonly string[], cwd: string): Promise<string> {
  try {
    const { stdout } = await execute(file, args, { cwd, maxBuffer: 32 * 1024 * 1024 });
    return stdout;
  } catch (cause) {
    const { stdout = "", stderr = "" } = cause as { stdout?: string; stderr?: string };
    throw new Error(`${file} ${args.join(" ")} failed in ${cwd}:\n${stdout}\n${stderr}`, { cause });
  }
}

/** The pnpm that `npm run setup` installs with. */
export function pnpm(): string {
  const { scripts } = JSON.parse(readFileSync(join(root, "package.json"), "utf8")) as {
    scripts: Record<string, string>;
  };
  const version = /pnpm@[\d.]+/.exec(scripts["setup"] ?? "")?.[0];
  if (version === undefined) throw new Error("The setup script of package.json names no pnpm@x.");
  return version;
}
