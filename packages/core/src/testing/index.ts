export {
  type ClaimStoreCase,
  claimStoreCases,
  type ClaimStoreUnderTest,
} from "./claim-store-cases.ts";
export { type ProviderCase, providerCases } from "./provider-cases.ts";
export type { ProviderUnderTest, SignedExample } from "./provider/under-test.ts";
