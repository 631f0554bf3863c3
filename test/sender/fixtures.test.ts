import { createReceiver, handlers, type Provider } from "@countersign/core";
import {
  github,
  para,
  paradym,
  parra,
  type ParraEvents,
  shopify,
  slack,
  standardWebhooks,
  stripe,
  zoom,
} from "@countersign/core/providers";
import { fixture, fixtureTypes, signedRequest } from "@countersign/sender/testing";
import { describe, expect, expectTypeOf, test } from "vitest";

const secret = "bm90LWEtc2VjcmV0LWJ1dC1sb25nLWVub3VnaC1mb3ItYWxs";

const all = [github, para, paradym, parra, shopify, slack, standardWebhooks, stripe].flatMap(
  (provider: Provider<object>) =>
    fixtureTypes(provider).map((type) => [provider.name, type, provider as Provider] as const),
);

describe("fixture()", () => {
  test("has every event of Para, Parra and Paradym, and ten of the others", () => {
    const counts = [para, parra, paradym, stripe, github, shopify, standardWebhooks, slack].map(
      (provider: Provider<object>) => fixtureTypes(provider).length,
    );
    // Slack's bodies name nine kinds of delivery, and there are no more.
    expect(counts).toEqual([19, 15, 6, 10, 10, 10, 10, 9]);
  });

  test.each(all.filter(([, type]) => type !== "url_verification"))(
    "%s %s is verified as that type, and is another event each time",
    async (_, type, provider) => {
      const receiver = createReceiver({ provider, secret });
      for (const body of [fixture(provider, type), fixture(provider, type)]) {
        const request = await signedRequest({ provider, secret, type, body: body });
        const receipt = await receiver.receive(request);
        expect(receipt).toMatchObject({ status: "accepted", event: { type } });
      }
    },
  );

  test("takes parts of the body, merged into the sample and checked by type", async () => {
    const body = fixture(paradym, "workflowExecution.failed", {
      payload: { error: { code: "WALLET_SAID_NO" } },
    });
    expectTypeOf(body.payload.error.code).toBeString();
    expect(body).toMatchObject({
      eventType: "workflowExecution.failed",
      payload: { error: { code: "WALLET_SAID_NO", message: "The wallet did not answer." } },
    });
    expect(fixture(para, "create", { items: [] }).items).toEqual([]);
    // @ts-expect-error -- misspelt
    expect(() => fixture(paradym, "workflowExecution.fialed")).toThrow(
      /There are: workflowExecution/,
    );
    // @ts-expect-error -- not a number
    fixture(paradym, "workflowExecution.started", { projectId: 1 });
  });

  test("is what typed handlers rely on", async () => {
    const seen: string[] = [];
    const receiver = createReceiver({ provider: parra, secret });
    const handle = handlers<ParraEvents>({
      "message.created": ({ body }) => void seen.push(body.payload.contact.id),
    });
    const body = fixture(parra, "message.created", { payload: { contact: { id: "c1" } } });
    const request = await signedRequest({ provider: parra, secret, body });
    await receiver.handle(request.toRequest(), handle);
    expect(seen).toEqual(["c1"]);
  });

  test("says where there is no sample", () => {
    expect(() => fixture(zoom as unknown as Provider, "meeting.started")).toThrow(
      /no sample of zoom's "meeting.started".*Write the body yourself/,
    );
  });
});
