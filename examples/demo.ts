// One Express app with a webhook of Para, Parra, Paradym and a provider of one's own, and real HTTP deliveries to it: genuine, forged, late,
// repeated. `npm run demo` runs it; it fails where the app decides anything else than it should.
import { once } from "node:events";
import type { AddressInfo } from "node:net";
import { casesFor, observe } from "./demo/cases.ts";
import { createApp } from "./demo/endpoints.ts";
import { table } from "./demo/table.ts";

const { app, endpoints } = createApp();
const server = app.listen(0, "127.0.0.1");
await once(server, "listening");
const origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;

const rows = [["", "provider", "what was sent", "status", "what the receiver decided", "handler"]];
const differences: string[] = [];
for (const endpoint of endpoints) {
  for (const sending of casesFor(endpoint)) {
    const { sent, expected } = sending;
    const { status, decided, runs } = await observe(origin, endpoint, sending);
    const right =
      status === expected.status && decided === expected.decided && runs === expected.runs;
    rows.push([right ? "✓" : "✗", endpoint.name, sent, status, decided, `ran ${runs} ×`]);
    if (!right) {
      differences.push(
        `${endpoint.name}, ${sent}: should be ${expected.status}, ${expected.decided}, ran ${expected.runs} ×`,
      );
    }
  }
}
server.close();

console.log(`Deliveries to an Express app on ${origin}\n\n${table(rows)}\n`);
if (differences.length === 0) {
  console.log(`All ${rows.length - 1} rows are as they should be.`);
} else {
  console.log(differences.join("\n"));
  process.exitCode = 1;
}
