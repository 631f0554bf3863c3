/** A receiver that answers 200 at once, in a process of its own; it prints its URL, and ends with the benchmark. */
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";

const server = createServer((req, res) => {
  req.resume();
  req.once("end", () => res.end());
});
server.listen(0, "127.0.0.1", () => {
  process.stdout.write(`http://127.0.0.1:${(server.address() as AddressInfo).port}/\n`);
});
process.stdin.resume().once("end", () => process.exit());
