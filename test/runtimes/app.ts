// One receiver for all runtimes, by `handle()` and by Hono; `/cases` runs the portable cases where this runs.
import { createReceiver, memoryStore } from "@countersign/core";
import { github } from "@countersign/core/providers";
import { webhook } from "@countersign/hono";
import { Hono } from "hono";
import { portableCases } from "./portable.ts";

/** What the test deliveries are signed with. */
export const SECRET = "the secret of the runtimes' test";

const runs = { fetch: 0, hono: 0 };
let receiver: ReturnType<typeof makeReceiver> | undefined;

function makeReceiver() {
  return createReceiver({ provider: github, secret: SECRET, maxBodyBytes: 10_000, inflate: true });
}

async function shown(): Promise<Record<string, string>> {
  const results: Record<string, string> = {};
  for (const { name, run } of portableCases) {
    try {
      await run();
      results[name] = "yes";
    } catch (error) {
      results[name] = error instanceof Error ? `${error.message}\n${error.stack}` : String(error);
    }
  }
  return results;
}

/** Whether a verification went through WebCrypto: tells which backend the runtime's import conditions chose. */
async function usesWebCrypto(): Promise<boolean> {
  const { subtle } = crypto;
  // oxlint-disable-next-line typescript/unbound-method -- called on `subtle` again below
  const { sign } = subtle;
  let used = false;
  Object.defineProperty(subtle, "sign", {
    configurable: true,
    writable: true,
    value: (...args: Parameters<typeof sign>) => {
      used = true;
      return Reflect.apply(sign, subtle, args);
    },
  });
  try {
    await makeReceiver().receive({
      headers: { "x-hub-signature-256": `sha256=${"0".repeat(64)}` },
      body: "{}",
    });
  } finally {
    Reflect.deleteProperty(subtle, "sign");
  }
  return used;
}

const app = new Hono();
app.get("/cases", async (c) => c.json(await shown()));
app.get("/backend", async (c) => c.json({ webCrypto: await usesWebCrypto() }));
app.get("/runs", (c) => c.json(runs));
app.post("/fetch", (c) => {
  receiver ??= makeReceiver();
  return receiver.handle(c.req.raw, () => {
    runs.fetch++;
    return new Response("taken", { status: 202 });
  });
});
app.post(
  "/hono",
  webhook({ provider: github, secret: () => SECRET, maxBodyBytes: 10_000 }),
  async (c) => {
    runs.hono++;
    return c.json({ type: c.var.webhook.type, again: await c.req.json() }, 202);
  },
);

const kept = memoryStore();
let beats = 0;
const leasing = createReceiver({
  provider: github,
  secret: SECRET,
  leaseSeconds: 0.6,
  store: {
    ...kept,
    extend: (...args) => {
      beats++;
      return kept.extend(...args);
    },
  },
});
// Holds its claim for as many milliseconds as the query says, and answers how often its lease was renewed.
app.post("/lease", (c) =>
  leasing.handle(c.req.raw, async () => {
    const before = beats;
    await new Promise((resolve) => setTimeout(resolve, Number(c.req.query("ms"))));
    return Response.json({ beats: beats - before });
  }),
);

/** The application as a Fetch handler. */
export const fetch = (request: Request): Response | Promise<Response> => app.fetch(request);
