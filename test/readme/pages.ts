import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

/** The repository. */
export const root: string = fileURLToPath(new URL("../..", import.meta.url));

/** A page for users, by its path in the repository. */
export interface Page {
  readonly path: string;
  readonly text: string;
}

/** A fenced block of TypeScript. */
export interface Snippet {
  readonly page: string;
  readonly line: number;
  readonly code: string;
}

/** Every page that users read: the README, those of the packages, and what they link to. */
export const pages: readonly Page[] = [
  "README.md",
  "CONTRIBUTING.md",
  "SECURITY.md",
  "examples/README.md",
  ...readdirSync(join(root, "packages"), { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .map(({ name }) => `packages/${name}/README.md`),
  "packages/core/PROVIDERS.md",
  ...readdirSync(join(root, "docs"), { recursive: true, encoding: "utf8" })
    .filter((file) => /^(?!api|node_modules|\.vitepress)[^[]*\.md$/.test(file))
    .map((file) => `docs/${file}`),
].map((path) => ({ path, text: readFileSync(join(root, path), "utf8") }));

/** The page at a path. */
export function pageAt(path: string): Page {
  const page = pages.find((each) => each.path === path);
  if (page === undefined) throw new Error(`There is no page ${path}.`);
  return page;
}

/** The TypeScript of a page, block by block. */
export function snippetsOf({ path, text }: Page): readonly Snippet[] {
  return [...text.matchAll(/^```ts\n(.*?)^```$/gms)].map(({ 1: code = "", index }) => ({
    page: path,
    line: text.slice(0, index).split("\n").length,
    code,
  }));
}

/** The TypeScript under a heading of a page, by its place there. */
export function snippetUnder(path: string, heading: string, place = 0): Snippet {
  const page = pageAt(path);
  const { text } = page;
  const start = text.indexOf(`\n## ${heading}\n`);
  const end = text.indexOf("\n## ", start + 1);
  const lines = [start, end < 0 ? text.length : end].map((at) => text.slice(0, at).split("\n").length);
  const [first = 0, last = 0] = lines;
  const snippets = snippetsOf(page).filter(({ line }) => line > first && line <= last);
  const snippet = start < 0 ? undefined : snippets[place];
  if (snippet === undefined) throw new Error(`${path} has no such snippet under ${heading}.`);
  return snippet;
}

/** A folder in which snippets find what they import as tests do; ignored by git. */
export function snippetFolder(): { readonly path: string; readonly remove: () => void } {
  const parent = join(root, "test/coverage");
  mkdirSync(parent, { recursive: true });
  const path = mkdtempSync(join(parent, "readme-"));
  return { path, remove: () => rmSync(path, { recursive: true, force: true }) };
}

/** Writes a snippet as a file, whose name leads back to it. */
export function writeSnippet(folder: string, { page, line, code }: Snippet): string {
  const file = join(folder, `${page.replaceAll("/", "-")}-line-${line}.ts`);
  writeFileSync(file, code);
  return file;
}

/** What the compiler has to say of the snippets in a folder, under strict types; nothing where all is well. */
export function compilerErrors(folder: string, options: object = {}): string {
  const config = {
    extends: "../../tsconfig.json",
    // The types of Koa and of some drivers fail by themselves.
    compilerOptions: { skipLibCheck: true, noPropertyAccessFromIndexSignature: false, ...options },
    include: ["*.ts"],
  };
  writeFileSync(join(folder, "tsconfig.json"), JSON.stringify(config));
  try {
    return execFileSync(join(root, "node_modules/.bin/tsc"), ["-p", folder], { encoding: "utf8" });
  } catch (error) {
    return (error as { stdout: string }).stdout;
  }
}
