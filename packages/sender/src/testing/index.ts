/** For integration tests, in any test runner: a receiver that can be told to misbehave, and signed requests that can be spoilt. */
export { fixture, fixtureTypes, type PartOf } from "./fixtures/fixture.ts";
export { startReceiver, type TestReceiver, type TestReceiverOptions } from "./receiver.ts";
export {
  fromFixture,
  type RecordedDelivery,
  type ReplayableDelivery,
} from "./recorded-delivery.ts";
export {
  type EventBodyOf,
  type EventTypeOf,
  type RequestMethod,
  type SignedRequest,
  signedRequest,
  type SignedRequestOptions,
} from "./signed-request.ts";
