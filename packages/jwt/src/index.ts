export { jwksKeys, type JwksOptions } from "./jwks-keys.ts";
export { jwtProvider } from "./jwt-provider.ts";
export { plaidKeys, type PlaidKeysOptions } from "./plaid-keys.ts";
export { plaid } from "./presets/plaid.ts";
export type * from "./definition.ts";
