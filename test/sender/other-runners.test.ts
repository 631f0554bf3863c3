import { spawnSync } from "node:child_process";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";

test("the test helpers work in node:test", () => {
  const fixture = fileURLToPath(new URL("node-test.fixture.ts", import.meta.url));
  const { PATH } = process.env;
  const run = spawnSync(
    process.execPath,
    ["--conditions=@countersign/source", "--import", "tsx", "--test", fixture],
    { cwd: fileURLToPath(new URL("..", import.meta.url)), encoding: "utf8", env: { PATH } },
  );
  expect(run.stdout).toContain("# pass 2");
  expect(run.status).toBe(0);
}, 120_000);
