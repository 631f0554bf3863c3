export type { DeliveryLog, DeliveryLogger } from "./logs.ts";
export { telemetry, type TelemetryOptions } from "./telemetry.ts";
