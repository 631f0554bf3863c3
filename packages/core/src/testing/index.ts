export {
  type ClaimStoreCase,
  claimStoreCases,
  type ClaimStoreUnderTest,
} from "./claim-store-cases.ts";
