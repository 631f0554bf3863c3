import { createHmac } from "node:crypto";
import { createReceiver, defineProvider, type EventOf, handlers, verify } from "@countersign/core";
import {
  github,
  para,
  paradym,
  type ParadymEvents,
  type ParaBody,
  type ParaEvents,
  type ParaObject,
  parra,
  type ParraContact,
  type ParraEvents,
  type ParraMessage,
  type ScooldEvents,
  type ScooldObject,
  type ScooldQuestion,
  type StandardWebhookBody,
  standardWebhooks,
  stripe,
} from "@countersign/core/providers";
import { fixture, signedRequest } from "@countersign/sender/testing";
import { describe, expect, expectTypeOf, test } from "vitest";

const SECRET = "a secret of the tests";

function hmac(body: string, encoding: "hex" | "base64"): string {
  return createHmac("sha256", SECRET).update(body).digest(encoding);
}

// What stands inside an `if` here compiles only where the type narrows the body.
function createdIds(event: EventOf<ParaEvents>): (string | undefined)[] {
  if (event.type !== "create") return [];
  expectTypeOf(event.body.event).toEqualTypeOf<"create">();
  return event.body.items.map((item) => item.id);
}

function usernameOf(event: EventOf<ParraEvents>): string | undefined {
  if (event.type === "message.updated") {
    expectTypeOf(event.body.payload).toEqualTypeOf<ParraMessage>();
    return event.body.payload.contact.username;
  }
  if (event.type === "contact.deleted") {
    expectTypeOf(event.body.payload).toEqualTypeOf<ParraContact>();
    return event.body.payload.username;
  }
  return undefined;
}

function failureOf(event: EventOf<ParadymEvents>): string | undefined {
  if (event.type === "workflowExecution.started") {
    // @ts-expect-error nothing has failed
    return event.body.payload.error;
  }
  if (event.type === "workflowExecution.waitingForTrigger")
    return event.body.payload.workflowActionId;
  if (event.type !== "workflowExecution.failed") return undefined;
  expectTypeOf(event.body.payload.workflowActionId).toEqualTypeOf<string | undefined>();
  return event.body.payload.error.message;
}

describe("an event's type narrows its body", () => {
  test("for Para's six events", async () => {
    expectTypeOf<Exclude<keyof ParaEvents, keyof ScooldEvents>>().toEqualTypeOf<
      "create" | "update" | "delete" | "createAll" | "updateAll" | "deleteAll"
    >();
    const body = `{"appid":"myapp","event":"create","timestamp":1486848081865,"items":[{"id":"a"}]}`;
    const headers = { "X-Webhook-Signature": hmac(body, "base64") };
    const event = await verify({ headers, body }, { provider: para, secret: SECRET });
    expect(createdIds(event)).toEqual(["a"]);
    expect(event.timestamp).toEqual(new Date(1_486_848_081_865));
    // @ts-expect-error Para has no such event
    expect(event.type === "created").toBe(false);
  });

  test("by a prefix, of which the key must be one that the provider has", async () => {
    const seen: string[] = [];
    const handle = handlers<ParraEvents>({
      "message.*": ({ body }) => {
        expectTypeOf(body.payload).toEqualTypeOf<ParraMessage>();
        seen.push(body.payload.conversation_id);
      },
    });
    const body = fixture(parra, "message.deleted");
    const request = await signedRequest({ provider: parra, secret: SECRET, body });
    const receiver = createReceiver({ provider: parra, secret: SECRET });
    await receiver.handle(request.toRequest(), handle);
    expect(seen).toEqual([body.payload.conversation_id]);
    // @ts-expect-error a prefix that no event of Parra has
    handlers<ParraEvents>({ "messages.*": () => {} });
    // @ts-expect-error a key that can match nothing
    expect(() => handlers<ParraEvents>({ "message*": () => {} })).toThrow(/can never match/);
  });

  test("for Scoold's thirteen, by their own objects", async () => {
    const titles: string[] = [];
    const handle = handlers<ParaEvents>({
      create: ({ body }) => {
        for (const item of body.items) {
          if (item.type !== "question") continue;
          expectTypeOf(item).toEqualTypeOf<ScooldQuestion>();
          titles.push(item.title);
        }
      },
      "question.*": ({ type = "" }) => void titles.push(type),
      "answer.accept": ({ body: { items } }) => {
        expectTypeOf(items[0]?.children.body).toEqualTypeOf<string | undefined>();
        titles.push(...items.map(({ title, children }) => `${title}: ${children.author?.name}`));
      },
      "user.signin": ({ body }) =>
        void titles.push(...body.items.map(({ headers }) => headers["User-IP"])),
    });
    // @ts-expect-error no such event
    handlers<ParaEvents>({ "question.opened": () => {} });
    const receiver = createReceiver({ provider: para, secret: SECRET, onStoreError: "reject" });
    for (const type of ["create", "question.close", "answer.accept", "user.signin"] as const) {
      const body = fixture(para, type);
      const request = await signedRequest({ provider: para, secret: SECRET, body });
      const response = await receiver.handle(request.toRequest(), handle);
      expect(response.status).toBe(200);
    }
    expect(titles).toEqual([
      "How do I verify a webhook?",
      "question.close",
      "How do I verify a webhook?: Grace",
      "203.0.113.7",
    ]);
  });

  test("also for objects and events of one's own", () => {
    interface Cat extends ParaObject {
      readonly type: "cat";
      readonly lives: number;
    }
    type Events = ParaEvents<ScooldObject | Cat> & { "cat.fed": ParaBody<"cat.fed", Cat> };
    const lives = handlers<Events>({
      create: ({ body }) => {
        const [item] = body.items;
        if (item?.type === "cat") expectTypeOf(item.lives).toBeNumber();
      },
      "cat.fed": ({ body }) => {
        expectTypeOf(body.items[0]?.lives).toEqualTypeOf<number | undefined>();
      },
    });
    expect(lives.unhandled.size).toBe(0);
  });

  test("for Parra's fifteen events", async () => {
    type Kind = "contact" | "conversation" | "message" | "group" | "attachment";
    expectTypeOf<
      keyof ParraEvents
    >().toEqualTypeOf<`${Kind}.${"created" | "updated" | "deleted"}`>();
    const body = `{"id":"a056V7R7NmNRjl70","type":"contact.deleted","payload":{"id":"b","username":"Kevin"}}`;
    const headers = { "parra-signature": hmac(body, "hex") };
    const event = await verify({ headers, body }, { provider: parra, secret: SECRET });
    expect(usernameOf(event)).toBe("Kevin");
    expect(event.id).toBe("a056V7R7NmNRjl70");
  });

  test("for Paradym's six events, of which only a failure has an error", async () => {
    expectTypeOf<
      keyof ParadymEvents
    >().toEqualTypeOf<`workflowExecution.${"started" | "actionExecuted" | "completed" | "waitingForTrigger" | "canceled" | "failed"}`>();
    // As documented: what stands in place of the time is no time.
    const body = JSON.stringify({
      webhookId: "webhook-id",
      webhookPublishedAt: "time-of-publication",
      projectId: "project-id",
      eventType: "workflowExecution.failed",
      payload: {
        workflowId: "workflow-id",
        workflowExecutionId: "workflow-execution-id",
        error: { message: "error-message", code: "error-code", details: "error-details" },
      },
    });
    const headers = { "X-Paradym-HMAC-SHA-256": hmac(body, "hex") };
    const event = await verify({ headers, body }, { provider: paradym, secret: SECRET });
    expect(failureOf(event)).toBe("error-message");
    expect(event.timestamp).toBeUndefined();
    expect(event.id).toBeUndefined();
  });

  test("for GitHub by the event's name, which is not signed", async () => {
    const body = `{"ref":"refs/heads/main","after":"f00"}`;
    const headers = {
      "X-Hub-Signature-256": `sha256=${hmac(body, "hex")}`,
      "X-GitHub-Event": "push",
    };
    const event = await verify({ headers, body }, { provider: github, secret: SECRET });
    expect(event.type === "push" && event.body.after).toBe("f00");
    expect(event.unsigned).toEqual(["id", "type"]);
  });
});

describe("a provider's own types plug in by one type parameter", () => {
  test("as a union with literal types, such as the stripe package's", () => {
    type StripeEvent =
      | { type: "invoice.paid"; data: { object: { amount_paid: number } } }
      | { type: "customer.created"; data: { object: { email: string } } };
    type Events = { [Event in StripeEvent as Event["type"]]: Event };
    const provider = defineProvider<Events>(stripe);
    expectTypeOf(verify<Events>)
      .returns.resolves.extract<{ readonly type?: "invoice.paid" | undefined }>()
      .toHaveProperty("body")
      .toEqualTypeOf<{ type: "invoice.paid"; data: { object: { amount_paid: number } } }>();
    expect(provider.name).toBe("stripe");
  });

  test("as a map from names to payloads, such as Octokit's", () => {
    interface EventPayloadMap {
      push: { after: string };
      star: { starred_at: string | null };
    }
    const provider = defineProvider<EventPayloadMap>(github);
    expectTypeOf(verify<EventPayloadMap>)
      .returns.resolves.toHaveProperty("body")
      .toEqualTypeOf<{ after: string } | { starred_at: string | null }>();
    expect(provider.name).toBe("github");
  });

  test("as Standard Webhooks envelopes around data of one's own", () => {
    interface Events {
      "user.created": StandardWebhookBody<"user.created", { name: string }>;
    }
    const provider = defineProvider<Events>(standardWebhooks);
    expectTypeOf(verify<Events>)
      .returns.resolves.toHaveProperty("body")
      .toEqualTypeOf<StandardWebhookBody<"user.created", { name: string }>>();
    expect(provider.name).toBe("standard-webhooks");
  });
});
