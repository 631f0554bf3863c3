export { type BullmqEngine, bullmqEngine, type BullmqEngineOptions } from "./bullmq-engine.ts";
