import { execFileSync } from "node:child_process";
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, describe, expect, test } from "vitest";

const root = fileURLToPath(new URL("../..", import.meta.url));
const readme = readFileSync(join(root, "README.md"), "utf8");

/** In test/, so that what the blocks import is found as it is by tests; ignored by git. */
const parent = join(root, "test/coverage");
mkdirSync(parent, { recursive: true });
const folder = mkdtempSync(join(parent, "readme-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe("The README", () => {
  test("has TypeScript that compiles, block by block", { timeout: 60_000 }, () => {
    const blocks = [...readme.matchAll(/^```ts\n(.*?)^```$/gms)].map(([, code = ""]) => code);
    expect(blocks.length).toBeGreaterThan(5);
    const files = blocks.map((code, index) => {
      const line = readme.slice(0, readme.indexOf(code)).split("\n").length;
      const file = `block-${index + 1}-of-line-${line}.ts`;
      writeFileSync(join(folder, file), code);
      return file;
    });
    const config = {
      extends: "../../tsconfig.json",
      // The types of Koa and of some drivers fail by themselves.
      compilerOptions: { skipLibCheck: true, noPropertyAccessFromIndexSignature: false },
      include: files,
    };
    writeFileSync(join(folder, "tsconfig.json"), JSON.stringify(config));
    expect(typeCheck(folder)).toBe("");
  });

  test("links to folders and files that are there, and to headings in them", () => {
    const links = [...readme.matchAll(/\]\((?!https?:)([^)#]*)(?:#([^)]+))?\)/g)];
    expect(links.length).toBeGreaterThan(10);
    const broken = links.filter(([, path = "", anchor]) => {
      const target = join(root, path === "" ? "README.md" : path);
      if (!existsSync(target)) return true;
      if (anchor === undefined) return false;
      const page = statSync(target).isDirectory() ? join(target, "README.md") : target;
      return !anchorsOf(readFileSync(page, "utf8")).includes(anchor);
    });
    expect(broken.map(([text]) => text)).toEqual([]);
  });

  test("has a heading for every error code, and a row that tells its status", () => {
    const errors = readFileSync(join(root, "packages/core/src/errors.ts"), "utf8");
    const [, table = ""] = /STATUS_BY_CODE = \{(.*?)\}/s.exec(errors) ?? [];
    const statuses = [...table.matchAll(/(\w+): (\d+)/g)];
    expect(statuses.length).toBeGreaterThan(15);
    const rows = readme.split("\n").filter((line) => line.startsWith("|"));
    const wrong = statuses.filter(([, code, status]) => {
      const row = rows.find((line) => line.includes(`\`${code}\``));
      const told = /\| (\d{3})/.exec(row ?? "")?.[1];
      return !readme.includes(`\n### \`${code}\`\n`) || told !== status;
    });
    expect(wrong.map(([text]) => text)).toEqual([]);
  });
});

/** What GitHub makes of the headings of a page. */
function anchorsOf(markdown: string): readonly string[] {
  return [...markdown.matchAll(/^#+ (.+)$/gm)].map(([, heading = ""]) =>
    heading
      .toLowerCase()
      .replaceAll(/[^\p{L}\p{N}_ -]/gu, "")
      .replaceAll(" ", "-"),
  );
}

/** What the compiler has to say; nothing where all is well. */
function typeCheck(project: string): string {
  try {
    return execFileSync(join(root, "node_modules/.bin/tsc"), ["-p", project], { encoding: "utf8" });
  } catch (error) {
    return (error as { stdout: string }).stdout;
  }
}
