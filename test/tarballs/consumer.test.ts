import { writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { afterAll, beforeAll, describe, expect, inject, test } from "vitest";
import { type Project, projectWith } from "./project.ts";
import { publishedPackages, root, run } from "../packaging/published-package.ts";

describe("the tarballs, installed by npm into an empty project outside of the workspace", () => {
  let installed: Project;
  let project = "";
  const entries = publishedPackages().flatMap(({ manifest }) =>
    Object.keys(manifest.exports)
      .filter((entry) => !/\*|\.json$/.test(entry))
      .map((entry) => `${manifest.name}${entry.slice(1)}`),
  );

  beforeAll(async () => {
    const compilers = ["5.6", "5.9", "6.0"].map((one) => `typescript-${one}@npm:typescript@${one}`);
    // Who imports an engine of an inbox has its client.
    const clients = ["bullmq@6"];
    const others = ["express@5", "@types/express@5", "@types/node@20", ...clients, ...compilers];
    installed = await projectWith(inject("tarballs"), "consumer", others);
    project = installed.folder;
  });

  afterAll(() => installed.remove());

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
    ["the workspace's TypeScript", join(root, "node_modules/typescript")],
    ["TypeScript 5.6", "node_modules/typescript-5.6"],
    ["TypeScript 5.9", "node_modules/typescript-5.9"],
    ["TypeScript 6.0", "node_modules/typescript-6.0"],
  ])("compile under %s, their declarations too", async (_, compiler) => {
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
    const tsc = join(resolve(project, compiler), "bin/tsc");
    expect(await run(process.execPath, [tsc, "-p", project], project)).toBe("");
  });
});
