import { setTimeout as sleep } from "node:timers/promises";
import { createReceiver, memoryStore, type ReceiverOptions, sign } from "@countersign/core";
import { github, paradym, slack } from "@countersign/core/providers";
import { telemetry } from "@countersign/opentelemetry";
import { SpanKind, SpanStatusCode, trace } from "@opentelemetry/api";
import { describe, expect, test } from "vitest";
import { macOf, paradymBody, requestOf, SECRET } from "../conformance/delivery.ts";
import type { Setup, Subject } from "../conformance/subject.ts";
import { subjects } from "../conformance/subjects.ts";
import { Wire } from "../conformance/wire.ts";
import { type Collected, collected } from "./collected.ts";

/** Sends requests, one after the other, to a server that is observed; returns when the record of each is there. */
async function observed(
  subject: Subject,
  requests: readonly Uint8Array[],
  handle: Setup["handle"],
  form: "handler" | "middleware" = "handler",
): Promise<Collected> {
  const sdk = collected();
  const options: ReceiverOptions = {
    provider: paradym as never,
    secret: SECRET,
    observe: sdk.observe,
    onWarning: () => {},
  };
  const running = await subject.start({ options, handle, form });
  try {
    for (const request of requests) {
      const wire = await Wire.to(running.port);
      wire.send(request);
      await wire.response();
      wire.leave();
    }
    await expect.poll(() => sdk.logs().length, { timeout: 30_000 }).toBe(requests.length);
  } finally {
    await running.stop();
  }
  return sdk;
}

const genuine = requestOf({ body: paradymBody(1), headers: { "User-Agent": "Paradym" } });

describe.each(subjects)("behind $name", (subject) => {
  const forms = subject.can.has("middleware")
    ? (["handler", "middleware"] as const)
    : ["handler" as const];

  test.each(forms)("a delivery has a span, and those of its %s are children", async (form) => {
    const active: (string | undefined)[] = [];
    const noteActive = () => active.push(trace.getActiveSpan()?.spanContext().spanId);
    const handle = async (): Promise<void> => {
      noteActive();
      await sleep(1);
      noteActive();
    };
    const sdk = await observed(subject, [genuine], handle, form);
    const [span] = sdk.spans();
    expect(active).toEqual([span?.spanContext().spanId, span?.spanContext().spanId]);
    expect(span).toMatchObject({
      name: "process paradym",
      kind: SpanKind.CONSUMER,
      status: { code: SpanStatusCode.UNSET },
      links: [],
      attributes: {
        "messaging.system.name": "webhook",
        "messaging.operation.name": "process",
        "messaging.operation.type": "process",
        "messaging.destination.name": "paradym",
        "messaging.message.body.size": paradymBody(1).length,
        "http.request.method": "POST",
        "url.path": "/hook",
        "user_agent.original": "Paradym",
        "client.address": expect.stringMatching(/127\.0\.0\.1$/),
        "countersign.provider": "paradym",
        "countersign.event.type": "workflowExecution.completed",
        "countersign.outcome": "accepted",
        "countersign.settlement": "completed",
      },
    });
  });

  test("a retry links to the first attempt", async () => {
    let calls = 0;
    const sdk = await observed(subject, [genuine, genuine, genuine], () =>
      ++calls === 1 ? { status: 503 } : { status: 200 },
    );
    const [first, retry, duplicate] = sdk.spans();
    expect(first).toMatchObject({
      links: [],
      status: { code: SpanStatusCode.ERROR },
      attributes: { "countersign.settlement": "released", "error.type": "handler_failed" },
    });
    const link = {
      context: first?.spanContext(),
      attributes: { "countersign.link": "first_attempt" },
    };
    expect(retry).toMatchObject({
      links: [link],
      attributes: { "countersign.settlement": "completed" },
    });
    expect(duplicate).toMatchObject({
      links: [link],
      attributes: { "countersign.outcome": "duplicate" },
    });
    expect(retry?.spanContext().traceId).not.toBe(first?.spanContext().traceId);
  });

  test("a forgery is no error of this side, and tells who sent it", async () => {
    const forged = requestOf({
      body: paradymBody(1),
      path: "/hook?key=hidden",
      headers: { "X-Paradym-HMAC-SHA-256": macOf(paradymBody(2)), "User-Agent": "forger/1.0" },
    });
    const sdk = await observed(subject, [forged], () => {});
    expect(sdk.spans()).toMatchObject([
      {
        status: { code: SpanStatusCode.UNSET },
        attributes: {
          "countersign.outcome": "rejected",
          "countersign.code": "signature_mismatch",
          "url.path": "/hook",
          "user_agent.original": "forger/1.0",
        },
      },
    ]);
    expect(sdk.spans()[0]?.attributes).not.toHaveProperty("error.type");
    expect(JSON.stringify(sdk.spans()[0]?.attributes)).not.toContain("hidden");
  });
});

describe("a span", () => {
  test("has the store's and the handler's own spans as children, and itself the request's as parent", async () => {
    const sdk = collected();
    const tracer = sdk.tracerProvider.getTracer("the application");
    const store = memoryStore();
    const receiver = createReceiver({
      provider: github,
      secret: SECRET,
      observe: sdk.observe,
      store: {
        ...store,
        claim(...args) {
          tracer.startSpan("claim").end();
          return store.claim(...args);
        },
      },
    });
    const { headers, body } = await sign({ body: {} }, { provider: github, secret: SECRET });
    const request = new Request("http://localhost/", {
      method: "POST",
      headers,
      body: new Uint8Array(body),
    });
    await tracer.startActiveSpan("POST /github", async (server) => {
      await receiver.handle(request, async () => {
        await sleep(1);
        tracer.startSpan("INSERT").end();
      });
      server.end();
    });
    const [claim, insert, delivery, server] = sdk.spans();
    expect(delivery?.name).toBe("process github");
    expect(delivery?.parentSpanContext).toEqual(server?.spanContext());
    expect(claim).toMatchObject({ name: "claim", parentSpanContext: delivery?.spanContext() });
    expect(insert).toMatchObject({ name: "INSERT", parentSpanContext: delivery?.spanContext() });
  });

  test("ends when the claim is settled, and has what the handler threw", async () => {
    const { spans } = await failing({});
    expect(spans()).toMatchObject([
      {
        status: { code: SpanStatusCode.ERROR, message: "RangeError" },
        attributes: { "error.type": "RangeError", "countersign.settlement": "released" },
        events: [
          {
            name: "exception",
            attributes: { "exception.type": "RangeError", "exception.message": "out of stock" },
          },
        ],
      },
    ]);
  });

  test("leaves out what the handler threw, where that is wanted", async () => {
    const { spans } = await failing({ recordExceptions: false });
    expect(spans()).toMatchObject([{ attributes: { "error.type": "RangeError" }, events: [] }]);
  });

  test("tells of a store that is away", async () => {
    const sdk = collected();
    const receiver = createReceiver({
      provider: github,
      secret: SECRET,
      observe: sdk.observe,
      store: { ...memoryStore(), claim: () => Promise.reject(new Error("connection refused")) },
    });
    await receiver.receive(await sign({ body: {} }, { provider: github, secret: SECRET }));
    expect(sdk.spans()).toMatchObject([
      {
        status: {
          code: SpanStatusCode.ERROR,
          message: expect.stringContaining("connection refused"),
        },
        attributes: { "error.type": "store_unavailable", "countersign.code": "store_unavailable" },
      },
    ]);
  });

  test("has id, attempt, age, tenant and the secret that matched", async () => {
    const sdk = collected();
    const now = Date.UTC(2026, 0, 1);
    const receiver = createReceiver({
      provider: slack,
      secret: () => ({ tenant: "acme", secrets: [{ id: "new", secret: SECRET }] }),
      observe: sdk.observe,
      now: () => now + 2500,
    });
    const signed = await sign(
      { body: JSON.stringify({ type: "event_callback", event_id: "Ev1" }) },
      { provider: slack, secret: SECRET, now: () => now },
    );
    const receipt = await receiver.receive({
      ...signed,
      headers: { ...signed.headers, "X-Slack-Retry-Num": "1" },
    });
    if (receipt.status === "accepted") await receipt.claim.complete();
    expect(sdk.spans()[0]?.attributes).toMatchObject({
      "messaging.message.id": "Ev1",
      "countersign.delivery.attempt": 2,
      "countersign.delivery.age": 2.5,
      "countersign.tenant": "acme",
      "countersign.secret.id": "new",
    });
  });

  test("does not link events of two endpoints or two tenants", async () => {
    const sdk = collected();
    const signed = await sign({ body: {} }, { provider: github, secret: SECRET });
    for (const [endpoint, tenant] of [
      ["one", "a"],
      ["two", "a"],
      ["two", "b"],
    ] as const) {
      const receiver = createReceiver({
        provider: github,
        endpoint,
        secret: () => ({ tenant, secrets: [SECRET] }),
        observe: sdk.observe,
      });
      const receipt = await receiver.receive(signed);
      if (receipt.status === "accepted") await receipt.claim.complete();
    }
    expect(sdk.spans().map(({ links }) => links.length)).toEqual([0, 0, 0]);
  });
});

test("without an SDK deliveries are received as ever", async () => {
  const receiver = createReceiver({ provider: github, secret: SECRET, observe: telemetry() });
  const signed = await sign({ body: {} }, { provider: github, secret: SECRET });
  expect((await receiver.receive(signed)).status).toBe("accepted");
});

test.each([
  [{ tracer: {} }, 'telemetry(): the option "tracer" is unknown'],
  [{ meterProvider: {} }, "telemetry(): meterProvider has no method getMeter()."],
  [{ logger: null }, "telemetry(): logger has no method emit()."],
  [{ recordExceptions: 1 }, "telemetry(): recordExceptions is 1; it must be true or false."],
])("%j is refused at start", (options, message) => {
  expect(() => telemetry(options as never)).toThrow(message);
  expect(() => telemetry(options as never)).toThrow(
    expect.objectContaining({ code: "config_invalid" }),
  );
});

async function failing(options: { readonly recordExceptions?: boolean }): Promise<Collected> {
  const sdk = collected(options);
  const receiver = createReceiver({
    provider: github,
    secret: SECRET,
    observe: sdk.observe,
    onReceipt: () => {},
  });
  const { headers, body } = await sign({ body: {} }, { provider: github, secret: SECRET });
  const request = new Request("http://localhost/", {
    method: "POST",
    headers,
    body: new Uint8Array(body),
  });
  await receiver.handle(request, () => {
    throw new RangeError("out of stock");
  });
  return sdk;
}
