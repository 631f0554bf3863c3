export { awsSnsKeys } from "./aws-sns-keys.ts";
export { keysFrom, type KeySource } from "./keys-from.ts";
