import type { Provider } from "@countersign/core";
import type { NewEvent } from "./event.ts";
import type { Subscription } from "./subscription.ts";
import { fixtureTypes, sampleOf } from "./testing/fixtures/fixture.ts";

/** Chooses type and body of a test event: what is given, else a sample of what the provider sends. */
export function testEventFor(
  { eventTypes }: Subscription,
  provider: Provider<object> | undefined,
  { type, body }: Partial<NewEvent>,
): Pick<NewEvent, "type" | "body"> {
  const samples = provider === undefined ? [] : fixtureTypes(provider);
  const wanted = type ?? samples.find((sample) => eventTypes.includes(sample));
  const sample = provider && wanted !== undefined ? sampleOf(provider, wanted) : undefined;
  if (body !== undefined) return { type: wanted ?? "test", body };
  if (wanted !== undefined && sample !== undefined) return { type: wanted, body: sample };
  // The names of its events are everybody's own; the shape is not.
  if (provider?.name === "standard-webhooks") return { type: type ?? "test", body: { data: {} } };
  const [first] = samples;
  if (type === undefined && provider !== undefined && first !== undefined) {
    return { type: first, body: sampleOf(provider, first) ?? {} };
  }
  return { type: type ?? "test", body: {} };
}
