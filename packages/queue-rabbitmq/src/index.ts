export { type RabbitmqQueue, rabbitmqQueue, type RabbitmqQueueOptions } from "./queue.ts";
