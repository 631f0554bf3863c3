// A worker in a process of its own, which a test can kill. It says "ready" when it consumes.
import { createPublisher, createSender, memorySubscriptions } from "@countersign/sender";
import { rabbitmqQueue } from "@countersign/queue-rabbitmq";

export interface WorkerSettings {
  readonly amqpUrl: string;
  readonly queueName: string;
  readonly receiverUrl: string;
  readonly secret: string;
}

const settings = JSON.parse(process.argv[2] ?? "") as WorkerSettings;
const { amqpUrl, queueName, receiverUrl, secret } = settings;

const subscriptions = memorySubscriptions({ shared: true });
const now = new Date().toISOString();
await subscriptions.create({
  id: "sub_1",
  name: "",
  owner: "",
  metadata: {},
  url: receiverUrl,
  provider: "standard-webhooks",
  secrets: [secret],
  eventTypes: ["*"],
  filter: "",
  form: false,
  active: true,
  failureCount: 0,
  createdAt: now,
  updatedAt: now,
});
const publisher = createPublisher({
  sender: createSender({
    allowPrivateAddresses: true,
    retry: { delaysSeconds: [0.3, 1, 2, 4, 8], jitter: 0.2, maxRetryAfterSeconds: 2 },
  }),
  subscriptions,
  queue: rabbitmqQueue({ url: amqpUrl, name: queueName, onError: () => {} }),
  // What is lost with the broker comes again; that is what this is about.
  onError: () => {},
});
await publisher.start();
process.on("disconnect", () => process.exit());
process.send?.("ready");
