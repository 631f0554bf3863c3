import { cpSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, describe, expect, inject, test } from "vitest";
import { publishedPackages, root, run, tarballName } from "./published-package.ts";

describe("the tarballs, installed by npm into an empty project outside of the workspace", () => {
  const project = mkdtempSync(join(tmpdir(), "countersign-consumer-"));
  const entries = publishedPackages().flatMap(({ manifest }) =>
    Object.keys(manifest.exports)
      .filter((entry) => !/\*|\.json$/.test(entry))
      .map((entry) => `${manifest.name}${entry.slice(1)}`),
  );

  beforeAll(async () => {
    const tarballs = publishedPackages().map((each) => join(inject("tarballs"), tarballName(each)));
    writeFileSync(join(project, "package.json"), JSON.stringify({ private: true }));
    cpSync(fileURLToPath(new URL("consumer", import.meta.url)), project, { recursive: true });
    const others = ["express@5", "@types/express@5", "@types/node@20", "typescript@5.6"];
    const flags = ["--no-audit", "--no-fund", "--prefer-offline", "--loglevel=error"];
    await run("npm", ["install", ...flags, ...tarballs, ...others], project);
  });

  afterAll(() => rmSync(project, { recursive: true, force: true }));

  test.each(["import.mjs", "require.cjs"])(
    "let genuine deliveries through once (%s)",
    async (file) => {
      const output = await run(process.execPath, [file], project);
      expect(JSON.parse(output)).toEqual({
        zen: "Keep it simple.",
        statuses: [200, 200, 401],
        handled: 1,
      });
    },
  );

  test("agree on providers, stores and errors where both builds of the core are in one program", async () => {
    const both = {
      statuses: ["accepted", "duplicate"],
      isError: true,
      isInstance: true,
      code: "signature_missing",
    };
    const output = await run(process.execPath, ["two-copies.mjs"], project);
    expect(JSON.parse(output)).toEqual({ separate: true, agreed: [both, both] });
  });

  test.each(entries)("%s can be imported and required", async (entry) => {
    const imports = `import(${JSON.stringify(entry)}).then((m) => console.log(Object.keys(m).length > 0))`;
    expect(await run(process.execPath, ["-e", imports], project)).toBe("true\n");
    const requires = `console.log(Object.keys(require(${JSON.stringify(entry)})).length > 0)`;
    expect(await run(process.execPath, ["-e", requires], project)).toBe("true\n");
  });

  test.each([
    ["the workspace's TypeScript", join(root, "node_modules/.bin/tsc")],
    ["TypeScript 5.6", join(project, "node_modules/.bin/tsc")],
  ])("compile under %s, their declarations too", async (_, tsc) => {
    const options = {
      target: "ES2022",
      module: "NodeNext",
      moduleResolution: "NodeNext",
      lib: ["ES2023", "DOM", "DOM.Iterable"],
      types: ["node"],
      strict: true,
      exactOptionalPropertyTypes: true,
      noEmit: true,
      skipLibCheck: false,
    };
    const config = { compilerOptions: options, files: ["receiver.mts"] };
    writeFileSync(join(project, "tsconfig.json"), JSON.stringify(config));
    expect(await run(tsc, ["-p", project], project)).toBe("");
  });
});
