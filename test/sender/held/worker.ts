/** A publisher in a process of its own, which a test can kill. It says "ready" when its workers run. */
import { rabbitmqQueue } from "@countersign/queue-rabbitmq";
import {
  createPublisher,
  createSender,
  memoryQueue,
  postgresSubscriptions,
} from "@countersign/sender";
import { Pool } from "pg";

const { DATABASE_URL, SCHEMA = "", AMQP_URL, QUEUE_NAME = "", PUBLISH = "0", ENABLE } = process.env;

const publisher = createPublisher({
  sender: createSender({
    allowPrivateAddresses: true,
    retry: { delaysSeconds: [0.5, 0.5], jitter: 0, disableAfterFailures: 3 },
  }),
  subscriptions: postgresSubscriptions({
    client: new Pool({ connectionString: DATABASE_URL }),
    schema: SCHEMA,
  }),
  queue:
    AMQP_URL === undefined ? memoryQueue() : rabbitmqQueue({ url: AMQP_URL, name: QUEUE_NAME }),
  onDisabled: ({ id }) => void process.stdout.write(`disabled ${id}\n`),
  onError: () => {},
});
await publisher.start();
process.stdout.write("ready\n");
for (let sent = 0; sent < Number(PUBLISH); sent++) {
  // oxlint-disable-next-line no-await-in-loop -- in order
  await publisher.publish({ type: "a", body: { data: sent }, id: `msg_${sent}` });
}
if (ENABLE !== undefined) await publisher.enable(ENABLE);
