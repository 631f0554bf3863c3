#!/usr/bin/env node
import { createRequire } from "node:module";
import { run } from "./program.ts";

const { version } = createRequire(import.meta.url)("countersign/package.json") as {
  version: string;
};
// Whoever reads along may stop early: `countersign providers | head`.
process.stdout.on("error", (error: NodeJS.ErrnoException) => {
  if (error.code !== "EPIPE") throw error;
  process.exit();
});
void run(process.argv.slice(2), version);
