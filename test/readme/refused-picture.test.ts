import { readFile, writeFile } from "node:fs/promises";
import { expect, test } from "vitest";
import { refusedPicture } from "./refused-picture.ts";

const PICTURE = new URL("../../docs/public/refused.svg", import.meta.url);

test("the README's picture shows what explainTo() prints (UPDATE_PICTURE=1 draws it)", async () => {
  const drawn = await refusedPicture();
  if (process.env["UPDATE_PICTURE"] === "1") await writeFile(PICTURE, drawn);
  expect(drawn).toContain("JSON.stringify");
  expect(await readFile(PICTURE, "utf8")).toBe(drawn);
});
