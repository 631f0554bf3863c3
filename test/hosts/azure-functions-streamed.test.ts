import { beforeAll, describe } from "vitest";
import { snippetUnder } from "../readme/pages.ts";
import { serveFunction, startWorker } from "./azure-worker.ts";
import { hostCases, imported } from "./host-cases.ts";

const worker = startWorker();

// A file of its own: the setting holds for the process, from its start.
describe("Azure Functions with enableHttpStream", () => {
  beforeAll(async () => {
    const { app } = await import("@azure/functions");
    app.setup({ enableHttpStream: true });
    await imported(snippetUnder("docs/serverless.md", "Azure Functions"));
  });

  hostCases(() => serveFunction(worker, "stripe"));
});
