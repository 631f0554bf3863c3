// Run by doctor.test.ts: a worker of node:cluster that makes two receivers.
import cluster from "node:cluster";
import { createReceiver, defineProvider } from "@countersign/core";

if (cluster.isPrimary) {
  cluster.fork();
} else {
  const provider = defineProvider({
    name: "acme",
    signature: { header: "X-Acme-Signature", encoding: "hex" },
    dedup: "content",
  });
  const secret = "3fd1a0c9b57e48d2-endpoint-secret";
  createReceiver({ provider, secret });
  createReceiver({ provider, secret });
  cluster.worker?.disconnect();
}
