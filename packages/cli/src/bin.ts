#!/usr/bin/env node
import { createRequire } from "node:module";
import { run } from "./program.ts";

const { version } = createRequire(import.meta.url)("countersign/package.json") as {
  version: string;
};
void run(process.argv.slice(2), version);
