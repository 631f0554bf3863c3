import { existsSync, readdirSync, readFileSync, statSync } from "node:fs";
import { dirname, join } from "node:path";
import { WebhookError, type WebhookErrorCode } from "@countersign/core";
import { afterAll, describe, expect, test } from "vitest";
import {
  compilerErrors,
  pageAt,
  pages,
  root,
  snippetFolder,
  snippetsOf,
  writeSnippet,
} from "./pages.ts";

const folder = snippetFolder();
afterAll(folder.remove);

describe("The pages", () => {
  test(
    "have TypeScript that compiles under strict types, block by block",
    {
      timeout: 120_000,
    },
    () => {
      const snippets = pages.flatMap(snippetsOf);
      expect(snippets.length).toBeGreaterThan(30);
      for (const snippet of snippets) writeSnippet(folder.path, snippet);
      expect(compilerErrors(folder.path)).toBe("");
    },
  );

  test.each(pages)(
    "$path links to folders and files that are there, and to headings in them",
    ({ path, text }) => {
      const links = [...text.matchAll(/\]\((?!https?:)([^)#\s]*)(?:#([^)\s]+))?\)/g)];
      const broken = links.filter(([, to = "", anchor]) => {
        const target = to === "" ? join(root, path) : join(root, dirname(path), to);
        if (!existsSync(target)) return true;
        if (anchor === undefined) return false;
        const page = statSync(target).isDirectory() ? join(target, "README.md") : target;
        return !anchorsOf(readFileSync(page, "utf8")).includes(anchor);
      });
      expect(broken.map(([link]) => link)).toEqual([]);
    },
  );
});

describe("The page of error codes", () => {
  test("has a heading for every error code, and a row that tells its status", () => {
    const errors = readFileSync(join(root, "packages/core/src/base/errors.ts"), "utf8");
    const [, union = ""] = /type WebhookErrorCode =(.*?);/s.exec(errors) ?? [];
    const codes = Array.from(union.matchAll(/"(\w+)"/g), ([, code]) => code as WebhookErrorCode);
    expect(codes.length).toBeGreaterThan(15);
    const { text } = pageAt("docs/errors.md");
    const rows = text.split("\n").filter((line) => line.startsWith("|"));
    const wrong = codes.filter((code) => {
      const row = rows.find((line) => line.includes(`\`${code}\``));
      const told = Number(/\| (\d{3})/.exec(row ?? "")?.[1]);
      return !text.includes(`\n## \`${code}\`\n`) || told !== new WebhookError(code, "").status;
    });
    expect(wrong).toEqual([]);
  });
});

test("the README is short, and begins with a picture and code", () => {
  const lines = pageAt("README.md").text.split("\n");
  expect(lines.length).toBeLessThanOrEqual(200);
  expect(lines.findIndex((line) => line === "```ts")).toBeLessThan(15);
});

describe("The README of core", () => {
  const { text } = pageAt("packages/core/README.md");

  /** What the source has that no table has a row for, under a heading. */
  function withoutRow(heading: string, names: readonly string[]): readonly string[] {
    const [, section = ""] = text.split(`\n## ${heading}\n`);
    const [table = ""] = section.split("\n## ");
    return names.filter((name) => !new RegExp(`^\\| [^|]*\`${name}\\b`, "m").test(table));
  }

  test.each([
    ["Options of a receiver", "verify/options.ts", "VerifyOptions"],
    ["Options of a receiver", "receiver/options.ts", "ReceiverOptions"],
    ["The event", "verify/event.ts", "WebhookEvent"],
    ["The claim", "claims/claim.ts", "Claim"],
    ["The receipt record", "receiver/receipt.ts", "ReceiptRecord"],
  ])("has under %s a row for every member (%s, %s)", (heading, file, name) => {
    const source = readFileSync(join(root, "packages/core/src", file), "utf8");
    const [, rest = ""] = source.split(`export interface ${name}`);
    const [members = ""] = rest.split("\n}");
    const names = Array.from(
      members.matchAll(/^ {2}(?:readonly )?(\w+)\??[:(]/gm),
      ([, member = ""]) => member,
    );
    expect(names.length).toBeGreaterThan(5);
    expect(withoutRow(heading, names)).toEqual([]);
  });

  test("has a row for every warning", () => {
    const core = join(root, "packages/core/src");
    const sources = readdirSync(core, { recursive: true, encoding: "utf8" })
      .filter((file) => file.endsWith(".ts") && !/^(explain|testing|providers)\//.test(file))
      .map((file) => readFileSync(join(core, file), "utf8"));
    const codes = Array.from(
      sources.join("\n").matchAll(/code: "(\w+)"/g),
      ([, code = ""]) => code,
    );
    expect(codes.length).toBeGreaterThan(8);
    expect(withoutRow("Warnings", codes)).toEqual([]);
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
