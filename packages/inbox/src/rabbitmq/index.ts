export {
  type RabbitmqEngine,
  rabbitmqEngine,
  type RabbitmqEngineOptions,
} from "./rabbitmq-engine.ts";
