import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { freePort, SECRET, start } from "../examples/example.ts";
import { root } from "./pages.ts";

/** Runs the file of a snippet that serves port 3000, as it is, on a free port. By the tests' own tsconfig tsx knows that Nest's decorators are meant. */
export async function runSnippet(
  file: string,
): Promise<{ readonly port: number; readonly running: Awaited<ReturnType<typeof start>> }> {
  const port = await freePort();
  await writeFile(file, (await readFile(file, "utf8")).replace("3000", String(port)));
  const running = await start(
    process.execPath,
    ["--conditions=@countersign/source", "--import", "tsx", file],
    port,
    {
      PARADYM_SECRET: SECRET,
      GITHUB_SECRET: SECRET,
      TSX_TSCONFIG_PATH: join(root, "test/tsconfig.json"),
    },
  );
  return { port, running };
}
