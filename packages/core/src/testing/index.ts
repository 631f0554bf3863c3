export {
  type ClaimStoreCase,
  claimStoreCases,
  type ClaimStoreUnderTest,
} from "./claim-store-cases.ts";
export {
  type ProviderCase,
  providerCases,
  type ProviderUnderTest,
  type SignedExample,
} from "./provider-cases.ts";
