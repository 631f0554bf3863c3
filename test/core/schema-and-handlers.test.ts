import { inspect } from "node:util";
import {
  type AnyProvider,
  createReceiver,
  defineProvider,
  handlers,
  type Receipt,
  type ReceiptRecord,
  type Receiver,
  sign,
  type SignedMessage,
  type StandardSchema,
  type WebhookEvent,
} from "@countersign/core";
import {
  paradym,
  standardWebhooks,
  stripe,
  type ParadymBody,
  type ParadymFailure,
} from "@countersign/core/providers";
import { webhook } from "@countersign/express";
import { describe, expect, expectTypeOf, test } from "vitest";

const SECRET = "a secret of the tests";

interface AcmeEvents {
  "invoice.paid": { id: string; type: "invoice.paid"; cents: number };
  "invoice.voided": { id: string; type: "invoice.voided"; reason: string };
}
const acme = defineProvider<AcmeEvents>({
  name: "acme",
  signature: { header: "X-Signature", encoding: "hex" },
  id: { body: "/id" },
  type: { body: "/type" },
  dedup: "id",
});

function signed(body: object): Promise<SignedMessage> {
  return sign({ body }, { provider: acme, secret: SECRET });
}

interface Invoice {
  readonly invoiceId: string;
}

/** What a schema library makes: it checks, and gives another shape. */
const invoice: StandardSchema<Invoice> = {
  "~standard": {
    version: 1,
    vendor: "test",
    validate: (value) => {
      const { id, cents } = value as { id?: unknown; cents?: unknown };
      if (typeof cents !== "number") {
        return { issues: [{ message: "not a number", path: ["cents"] }] };
      }
      return { value: { invoiceId: String(id) } };
    },
  },
};

function schemaOf(validate: StandardSchema["~standard"]["validate"]): StandardSchema {
  return { "~standard": { version: 1, vendor: "test", validate } };
}

function eventOf<Event extends WebhookEvent>(receipt: Receipt<Event>): Event {
  if (receipt.status === "accepted") return receipt.event;
  throw new Error(`${receipt.status}, not accepted`, { cause: receipt });
}

describe("with a schema", () => {
  test("event.body is what the schema makes of it, also in its type", async () => {
    const receiver = createReceiver({ provider: acme, secret: SECRET, schema: invoice });
    const message = await signed({ id: "in_1", type: "invoice.paid", cents: 4200 });
    const event = eventOf(await receiver.receive(message));
    expectTypeOf(event.body).toEqualTypeOf<Invoice>();
    expectTypeOf(event.type).toEqualTypeOf<keyof AcmeEvents | undefined>();
    expect(event.body).toEqual({ invoiceId: "in_1" });
    // The rest is that of the delivery as it was verified.
    expect(event).toMatchObject({ id: "in_1", type: "invoice.paid" });
    expect(Buffer.from(event.rawBody)).toEqual(Buffer.from(message.body));
  });

  test("a body that does not fit is a 500 that says where, and is not remembered", async () => {
    const receiver = createReceiver({ provider: acme, secret: SECRET, schema: invoice });
    const message = await signed({ id: "in_1", type: "invoice.paid", cents: "4200" });
    for (let time = 0; time < 2; time++) {
      const receipt = await receiver.receive(message);
      expect(receipt).toMatchObject({
        status: "rejected",
        error: {
          code: "schema_mismatch",
          status: 500,
          cause: [{ message: "not a number", path: ["cents"] }],
        },
      });
      expect(receipt.status === "rejected" && receipt.error.message).toContain("cents (string)");
    }
  });

  /** As Valibot and ArkType tell of an issue: with the value in the text, and the body beside it. */
  const quoting = schemaOf((value) => {
    const { card } = value as { card: string };
    const path = [{ type: "object", origin: "value", input: value, key: "card", value: card }];
    return { issues: [{ message: `Expected number but received "${card}"`, path }] };
  });
  const throwing = schemaOf((value) => {
    throw new TypeError(`cannot read ${(value as { card: string }).card}`);
  });

  test.each([
    ["tells of an issue", quoting, "card (string)"],
    ["throws", throwing, "threw a value of the type TypeError"],
  ])(
    "that quotes the body where it %s, the log has no part of it, and onRejected has it all",
    async (_, schema, said) => {
      const records: ReceiptRecord[] = [];
      const causes: unknown[] = [];
      const receiver = createReceiver({
        provider: acme,
        secret: SECRET,
        schema,
        onReceipt: (record) => void records.push(record),
        onRejected: ({ cause }) => void causes.push(cause),
      });
      await receiver.receive(await signed({ id: "in_1", card: "4242 4242" }));
      expect(records).toMatchObject([{ code: "schema_mismatch", id: "in_1" }]);
      expect(inspect(records, { depth: null })).toContain(said);
      expect(inspect(records, { depth: null })).not.toContain("4242");
      expect(inspect(causes, { depth: null })).toContain("4242");
    },
  );

  test("an issue is a message and a path of keys, with nothing of the library beside them", async () => {
    const receiver = createReceiver({ provider: acme, secret: SECRET, schema: quoting });
    const receipt = await receiver.receive(await signed({ id: "in_1", card: "4242" }));
    expect(receipt.status === "rejected" && receipt.error.cause).toEqual([
      { message: 'Expected number but received "4242"', path: ["card"] },
    ]);
  });

  test("what it says of a body that wants to write into the log stays one short line", async () => {
    const key = `a\nb\u009b31m${"c".repeat(500)}`;
    const path = ["map", ...Array.from({ length: 50 }, () => key)];
    const schema = schemaOf(() => ({
      issues: Array.from({ length: 99 }, () => ({ message: "", path })),
    }));
    const receiver = createReceiver({ provider: acme, secret: SECRET, schema });
    const receipt = await receiver.receive(await signed({ id: "in_1" }));
    const message = receipt.status === "rejected" ? receipt.error.message : "";
    expect(message).toContain('map."a\\nb\\u009b31m');
    expect(message).toContain("and 94 more");
    expect(message).toMatch(/^[ -~]{1,10000}$/);
  });

  test("it sees nothing that is not verified", async () => {
    let asked = 0;
    const counting: StandardSchema = {
      "~standard": {
        version: 1,
        vendor: "test",
        validate: (value) => ({ value: [++asked, value] }),
      },
    };
    const receiver = createReceiver({ provider: acme, secret: SECRET, schema: counting });
    const { headers } = await signed({ id: "in_1" });
    expect((await receiver.receive({ headers, body: "{}" })).status).toBe("rejected");
    expect(asked).toBe(0);
  });

  test("a middleware's handler gets the schema's output", () => {
    const middleware = webhook({ provider: acme, secret: SECRET, schema: invoice }, (event) => {
      expectTypeOf(event.body).toEqualTypeOf<Invoice>();
    });
    expectTypeOf<(typeof middleware)["event"]>()
      .returns.toHaveProperty("body")
      .toEqualTypeOf<Invoice>();
    expect(middleware).toBeTypeOf("function");
  });
});

describe("handlers()", () => {
  test("routes by prefix, typed to the union of that prefix; an exact type and a longer prefix go first", async () => {
    interface Events {
      "a.b.one": { id: string; type: "a.b.one"; one: number };
      "a.b.two": { id: string; type: "a.b.two"; two: number };
      "a.three": { id: string; type: "a.three" };
      other: { id: string; type: "other" };
    }
    const route = handlers<Events, undefined, string>({
      "a.b.one": () => "exact",
      "a.b.*": (event) => {
        expectTypeOf(event.type).toEqualTypeOf<"a.b.one" | "a.b.two" | undefined>();
        if (event.type === "a.b.two") expectTypeOf(event.body.two).toEqualTypeOf<number>();
        return "long prefix";
      },
      "a.*": () => "short prefix",
      "*": () => "rest",
    });
    const outcomes = [
      "a.b.one",
      "a.b.two",
      "a.three",
      "other",
      "a",
      "ab.c",
      "*",
      "a.*",
      ".",
      "a..b",
    ];
    const told = outcomes.map(async (type) => route({ type, body: {} } as never, undefined));
    expect(await Promise.all(told)).toEqual([
      "exact",
      "long prefix",
      "short prefix",
      "rest",
      "rest",
      "rest",
      "rest",
      "short prefix",
      "rest",
      "short prefix",
    ]);
    // @ts-expect-error -- no type of these events begins so
    handlers<Events, undefined, string>({ "b.*": () => "none" });
  });

  test.each(["", "message*", "*.created", "a.*.b", "**", ".*.*"])(
    "refuses the key %j, which can never match",
    (key) => {
      expect(() => handlers({ [key]: () => {} })).toThrow(
        `handlers(): the key ${JSON.stringify(key)} can never match.`,
      );
    },
  );

  test("runs the function of the event's type, which gets its body's type", async () => {
    const seen: unknown[] = [];
    const route = handlers<AcmeEvents, string>({
      "invoice.paid": (event, context) => {
        expectTypeOf(event.body).toEqualTypeOf<AcmeEvents["invoice.paid"]>();
        expectTypeOf(context).toEqualTypeOf<string>();
        seen.push([event.body.cents, context]);
      },
      "invoice.voided": (event) => {
        seen.push(event.body.reason);
      },
    });
    const receiver = createReceiver({ provider: acme, secret: SECRET });
    const paid = await signed({ id: "1", type: "invoice.paid", cents: 4200 });
    const voided = await signed({ id: "2", type: "invoice.voided", reason: "twice" });
    await route(eventOf(await receiver.receive(paid)), "context");
    await route(eventOf(await receiver.receive(voided)), "context");
    expect(seen).toEqual([[4200, "context"], "twice"]);
  });

  test("infers the events from the provider where it is passed to a middleware", () => {
    const middleware = webhook(
      { provider: paradym, secret: SECRET },
      handlers({
        "workflowExecution.failed": (event, { req }) => {
          expectTypeOf(event.body).toEqualTypeOf<
            ParadymBody<"workflowExecution.failed", ParadymFailure>
          >();
          expectTypeOf(req.ip).toEqualTypeOf<string | undefined>();
        },
        "*": (event) => {
          expectTypeOf(event.body).toBeUnknown();
        },
      }),
    );
    expect(middleware).toBeTypeOf("function");
  });

  test("infers them beside functions that take no parameters, and for a provider whose types are not known", () => {
    const middleware = webhook(
      { provider: paradym, secret: SECRET },
      handlers({
        "workflowExecution.started": () => {},
        "workflowExecution.failed": (event) => {
          expectTypeOf(event.body.payload).toEqualTypeOf<ParadymFailure>();
        },
        "*": () => {},
      }),
    );
    const untyped = defineProvider({
      name: "untyped",
      signature: { header: "X-Signature", encoding: "hex" },
      dedup: "content",
    });
    const others = webhook(
      { provider: untyped, secret: SECRET },
      handlers({
        "invoice.paid": (event) => {
          expectTypeOf(event.body).toBeUnknown();
        },
        "*": () => {},
      }),
    );
    expect([middleware, others]).toEqual([expect.any(Function), expect.any(Function)]);
  });

  test("infers what a schema makes of the body", () => {
    const middleware = webhook(
      { provider: paradym, secret: SECRET, schema: invoice },
      handlers({
        "workflowExecution.failed": (event, { req }) => {
          expectTypeOf(event.body).toEqualTypeOf<Invoice>();
          expectTypeOf(req.ip).toEqualTypeOf<string | undefined>();
        },
      }),
    );
    const receiver = createReceiver({ provider: acme, secret: SECRET, schema: invoice });
    const handle = (request: Request): Promise<Response> =>
      receiver.handle(
        request,
        handlers({
          "invoice.paid": (event) => {
            expectTypeOf(event.body).toEqualTypeOf<Invoice>();
          },
        }),
      );
    expect([middleware, handle]).toEqual([expect.any(Function), expect.any(Function)]);
  });

  test("infers bodies that are alike for all types of a provider", () => {
    const paid = webhook(
      { provider: stripe, secret: SECRET },
      handlers({
        "invoice.paid": (event) => {
          expectTypeOf(event.body.created).toEqualTypeOf<number>();
        },
      }),
    );
    const enveloped = webhook(
      { provider: standardWebhooks, secret: Buffer.from(SECRET) },
      handlers({
        "invoice.paid": (event) => {
          expectTypeOf(event.body.timestamp).toEqualTypeOf<string>();
        },
      }),
    );
    expect([paid, enveloped]).toEqual([expect.any(Function), expect.any(Function)]);
  });

  test("takes a list of providers, whose events nobody knows", () => {
    const providers: AnyProvider[] = [stripe, standardWebhooks, paradym];
    const receivers = providers.map((provider) => {
      const key = provider === standardWebhooks ? Buffer.from(SECRET) : SECRET;
      return createReceiver({ provider, secret: key });
    });
    expectTypeOf(receivers).toEqualTypeOf<Receiver[]>();
    expect(receivers).toHaveLength(3);
  });

  test("refuses a type that the provider has not, also where the events are inferred", () => {
    const misspelt = webhook(
      { provider: paradym, secret: SECRET },
      handlers({
        // @ts-expect-error paradym has no such event
        "workflowExecution.faild": () => {},
      }),
    );
    expect(misspelt).toBeTypeOf("function");
    const route = handlers<AcmeEvents>({
      // @ts-expect-error acme has no such event
      "invoice.payed": () => {},
    });
    expect(route.unhandled.size).toBe(0);
  });

  test("gives the rest to *, and without it counts the event and goes on", async () => {
    const receiver = createReceiver({ provider: acme, secret: SECRET, store: false });
    const unknown = eventOf(
      await receiver.receive(await signed({ id: "1", type: "invoice.split" })),
    );
    const nameless = eventOf(await receiver.receive(await signed({ id: "2" })));
    const rest = handlers<AcmeEvents, undefined, string>({ "*": (event) => event.type ?? "none" });
    expect(await rest(unknown, undefined)).toBe("invoice.split");
    expect(await rest(nameless, undefined)).toBe("none");
    expect(rest.unhandled.size).toBe(0);

    const strict = handlers<AcmeEvents, undefined, string>({ "invoice.paid": () => "paid" });
    expect(await strict(unknown, undefined)).toBeUndefined();
    expect(await strict(unknown, undefined)).toBeUndefined();
    expect(strict.unhandled).toEqual(new Map([["invoice.split", 2]]));
  });

  test("takes no inherited property, and no event that calls itself *, for a route", async () => {
    const receiver = createReceiver({ provider: acme, secret: SECRET, store: false });
    const route = handlers<AcmeEvents, undefined, string>({ "*": ({ type }) => `rest: ${type}` });
    for (const type of ["constructor", "__proto__", "toString", "*"]) {
      const event = eventOf(await receiver.receive(await signed({ id: "1", type })));
      expect(await route(event, undefined)).toBe(`rest: ${type}`);
    }
  });

  test("refuses what is no function when it is made", () => {
    for (const [given, said] of [
      ["x", "of the type string"],
      [null, "null"],
      [{}, "an object"],
    ]) {
      expect(() => handlers({ "invoice.paid": given as never })).toThrow(
        `handlers(): "invoice.paid" is ${said as string}; it must be the function`,
      );
    }
    expect(() => handlers({ "invoice.paid": undefined })).not.toThrow();
  });

  test("counts no more than a thousand types", async () => {
    const receiver = createReceiver({ provider: acme, secret: SECRET, store: false });
    const route = handlers<AcmeEvents, undefined>({});
    for (let number = 0; number < 1001; number++) {
      const message = await signed({ id: "1", type: `type-${number}` });
      await route(eventOf(await receiver.receive(message)), undefined);
    }
    expect(route.unhandled.size).toBe(1000);
  });
});
