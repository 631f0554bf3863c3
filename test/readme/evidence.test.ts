import { expect, test } from "vitest";
import { currentPage, pageOf } from "../evidence/page.ts";
import { readResults } from "../evidence/results.ts";

/** The text without what the formatter adds to tables and paragraphs. */
function withoutLayout(page: string): string {
  return page.replaceAll(/[\s:-]+/g, " ");
}

test("the page of evidence has the figures of the last run, and no others", async () => {
  expect(withoutLayout(await currentPage())).toBe(withoutLayout(pageOf(await readResults())));
});
