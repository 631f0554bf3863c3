import { readFileSync } from "node:fs";
import { readdir } from "node:fs/promises";
import { join } from "node:path";
import { publint } from "publint";
import { formatMessage } from "publint/utils";
import { describe, expect, inject, test } from "vitest";
import {
  publishedPackages,
  root,
  run,
  tarballName,
  targetsOf,
} from "../packaging/published-package.ts";

describe.each(publishedPackages().map((each) => [each.manifest.name, each] as const))(
  "%s",
  (_, published) => {
    const { folder, manifest } = published;
    const tarball = join(inject("tarballs"), tarballName(published));

    test("publint finds nothing to say about its tarball", async () => {
      const { messages, pkg } = await publint({
        strict: true,
        pack: { tarball: new Uint8Array(readFileSync(tarball)).buffer },
      });
      expect(pkg["name"]).toBe(manifest.name);
      expect(messages.map((message) => formatMessage(message, pkg))).toEqual([]);
    });

    test("its types resolve for every consumer, of ES modules and of CommonJS", async () => {
      const attw = join(root, "node_modules/.bin/attw");
      // It exits with 1 where something is wrong.
      const output = await run(attw, [tarball, "--profile", "node16", "--no-color"], root);
      expect(output).toContain(`${manifest.name} v${manifest.version}`);
    });

    test("everything that `exports` names was built", async () => {
      const files = (await readdir(folder, { recursive: true })).map((file) => `./${file}`);
      const named = Object.values(manifest.exports).flatMap(targetsOf);
      const missing = named.filter((target) => {
        const [start = "", end] = target.split("*");
        if (end === undefined) return !files.includes(target);
        return !files.some((file) => file.startsWith(start) && file.endsWith(end));
      });
      expect(missing).toEqual([]);
    });

    test("is a few files, with source maps that hold the sources", async () => {
      const files = (await run("tar", ["-tzf", tarball], root)).trim().split("\n");
      expect(files.length).toBeLessThan(100);
      expect(files.filter((file) => file.startsWith("package/src/"))).toEqual([]);
      const maps = files.filter((file) => file.endsWith(".map"));
      expect(maps.length).toBeGreaterThan(0);
      const contents = await Promise.all(
        maps.map((map) => run("tar", ["-xzOf", tarball, map], root)),
      );
      const empty = contents
        .map((text) => JSON.parse(text) as { readonly sourcesContent?: readonly unknown[] })
        .filter(({ sourcesContent = [] }) => sourcesContent.length === 0);
      expect(empty).toEqual([]);
    });

    test("no `workspace:` range is left in its tarball", async () => {
      const packed = await run("tar", ["-xzOf", tarball, "package/package.json"], root);
      expect(packed).toContain(`"name": "${manifest.name}"`);
      expect(packed).not.toContain("workspace:");
    });
  },
);
