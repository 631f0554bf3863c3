// A publisher in a process of its own, which a test can kill. It says "ready" when its workers run.
import { rabbitmqQueue } from "@countersign/queue-rabbitmq";
import {
  createPublisher,
  createSender,
  memoryQueue,
  postgresSubscriptions,
} from "@countersign/sender";
import { Pool } from "pg";

export interface WorkerSettings {
  readonly databaseUrl: string;
  readonly schema: string;
  /** Of RabbitMQ; a queue in memory where there is none. */
  readonly queue?: { readonly url: string; readonly name: string } | undefined;
  /** How many events it publishes. */
  readonly publish?: number;
  /** The id of a subscription that it enables. */
  readonly enable?: string;
}

const settings = JSON.parse(process.argv[2] ?? "") as WorkerSettings;
const { databaseUrl, schema, queue, publish = 0, enable } = settings;

const publisher = createPublisher({
  sender: createSender({
    allowPrivateAddresses: true,
    retry: { delaysSeconds: [0.5, 0.5], jitter: 0, disableAfterFailures: 3 },
  }),
  subscriptions: postgresSubscriptions({
    client: new Pool({ connectionString: databaseUrl }),
    schema,
  }),
  queue: queue === undefined ? memoryQueue() : rabbitmqQueue(queue),
  onError: () => {},
});
await publisher.start();
process.on("disconnect", () => process.exit());
process.send?.("ready");
for (let sent = 0; sent < publish; sent++) {
  // oxlint-disable-next-line no-await-in-loop -- in order
  await publisher.publish({ type: "a", body: { data: sent }, id: `msg_${sent}` });
}
if (enable !== undefined) await publisher.enable(enable);
