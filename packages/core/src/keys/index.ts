export { awsSnsKeys } from "./aws-sns-keys.ts";
export { circleKeys, type CircleKeysOptions } from "./circle-keys.ts";
export { ebayKeys, type EbayKeysOptions } from "./ebay-keys.ts";
export { keysFrom, type KeySource } from "./keys-from.ts";
export { paypalKeys, type PayPalKeysOptions } from "./paypal-keys.ts";
