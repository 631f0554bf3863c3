import { serve } from "@hono/node-server";
import { fetch } from "./app.ts";

serve({ fetch, port: 0, hostname: "127.0.0.1" }, ({ port }) => {
  process.stdout.write(`port ${port}\n`);
});
