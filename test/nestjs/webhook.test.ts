import type { Claim, EventOf, ReceiptRecord, WebhookEvent as Event } from "@countersign/core";
import { github, paradym, type ParadymEvents } from "@countersign/core/providers";
import { Webhook, WebhookClaim, WebhookEvent, WebhookModule } from "@countersign/nestjs";
import {
  All,
  type ArgumentsHost,
  Body,
  type CallHandler,
  type CanActivate,
  Catch,
  Controller,
  type ExceptionFilter,
  type ExecutionContext,
  ForbiddenException,
  Get,
  HttpCode,
  Inject,
  Injectable,
  type NestInterceptor,
  Param,
  Post,
  Scope,
  type Type,
  UseFilters,
  UseGuards,
  UseInterceptors,
  VersioningType,
} from "@nestjs/common";
import { HttpAdapterHost } from "@nestjs/core";
import type { NestExpressApplication } from "@nestjs/platform-express";
import { map, of, tap } from "rxjs";
import { describe, expect, test } from "vitest";
import { paradymBody, SECRET } from "../conformance/delivery.ts";
import { forgery, platforms, post, started } from "./application.ts";

/** The module's usual import, with the records of what came. */
function receiving(records: ReceiptRecord[] = []) {
  return WebhookModule.forRoot({
    webhooks: [{ provider: paradym, secret: SECRET }],
    onReceipt: (record) => records.push(record),
  });
}

@Injectable()
class Notifier {
  readonly told: unknown[] = [];
}

describe.each(platforms)("A @Webhook() method on %s", (_name, adapter) => {
  test("gets a genuine delivery once, through Nest's own dependency injection", async () => {
    @Controller("hooks")
    class ParadymController {
      readonly #notifier: Notifier;

      constructor(@Inject(Notifier) notifier: Notifier) {
        this.#notifier = notifier;
      }

      @Post("paradym")
      @Webhook(paradym)
      received(
        @WebhookEvent() event: EventOf<ParadymEvents>,
        @WebhookClaim() claim: Claim,
        @Body() body: unknown,
      ) {
        this.#notifier.told.push([event.type, claim.key, body]);
        return { ok: true };
      }
    }
    const notifier = new Notifier();
    const records: ReceiptRecord[] = [];
    const url = await started(adapter(), {
      imports: [receiving(records)],
      controllers: [ParadymController],
      providers: [{ provide: Notifier, useValue: notifier }],
    });
    const first = await post(`${url}/hooks/paradym`);
    expect([first.status, await first.json()]).toEqual([200, { ok: true }]);
    const second = await post(`${url}/hooks/paradym`);
    expect([second.status, await second.json()]).toEqual([200, { status: "duplicate" }]);
    expect((await forgery(`${url}/hooks/paradym`)).status).toBe(401);
    expect(notifier.told).toEqual([
      [
        "workflowExecution.completed",
        expect.stringContaining("paradym"),
        JSON.parse(paradymBody(1).toString()) as unknown,
      ],
    ]);
    expect(records).toMatchObject([
      { outcome: "accepted", settlement: "completed" },
      { outcome: "duplicate" },
      { code: "signature_mismatch" },
    ]);
  });

  test("may be in a controller that is made for each request", async () => {
    const made: unknown[] = [];

    @Controller({ scope: Scope.REQUEST })
    class PerRequest {
      @Post("hook")
      @Webhook(paradym)
      received(@WebhookEvent() event: EventOf<ParadymEvents>) {
        made.push(this);
        return event.type;
      }
    }
    const url = await started(adapter(), { imports: [receiving()], controllers: [PerRequest] });
    const response = await post(`${url}/hook`);
    expect(await response.text()).toBe("workflowExecution.completed");
    await post(`${url}/hook`, paradymBody(2));
    expect(new Set(made).size).toBe(2);
  });

  test("works under a global prefix, versions and a path with parameters", async () => {
    const seen: string[] = [];

    @Controller({ path: "hooks/:tenant", version: "2" })
    class Versioned {
      @Post()
      @Webhook(paradym)
      received(@Param("tenant") tenant: string) {
        seen.push(tenant);
      }
    }
    const url = await started(
      adapter(),
      { imports: [receiving()], controllers: [Versioned] },
      (app) => {
        app.setGlobalPrefix("api");
        app.enableVersioning({ type: VersioningType.URI });
      },
    );
    expect((await post(`${url}/api/v2/hooks/acme`)).status).toBe(200);
    expect((await post(`${url}/api/v1/hooks/acme`)).status).toBe(404);
    expect((await forgery(`${url}/api/v2/hooks/acme`)).status).toBe(401);
    expect(seen).toEqual(["acme"]);
  });

  test("works with versions by header", async () => {
    @Controller({ path: "hook", version: "2" })
    class Versioned {
      @Post()
      @Webhook(paradym)
      received() {
        return "two";
      }
    }
    const url = await started(
      adapter(),
      { imports: [receiving()], controllers: [Versioned] },
      (app) => app.enableVersioning({ type: VersioningType.HEADER, header: "x-version" }),
    );
    const response = await post(`${url}/hook`, paradymBody(1), { "x-version": "2" });
    expect([response.status, await response.text()]).toEqual([200, "two"]);
    expect((await post(`${url}/hook`, paradymBody(2), { "x-version": "1" })).status).toBe(404);
  });

  test("answers with the status of @HttpCode(), above or below", async () => {
    @Controller()
    class Accepting {
      @Post("above")
      @HttpCode(202)
      @Webhook(paradym)
      above() {}

      @Post("below")
      @Webhook(paradym)
      @HttpCode(204)
      below() {}
    }
    const url = await started(adapter(), { imports: [receiving()], controllers: [Accepting] });
    expect((await post(`${url}/above`)).status).toBe(202);
    expect((await post(`${url}/below`, paradymBody(2))).status).toBe(204);
  });

  test("answers what it returns as an Observable or a promise", async () => {
    @Controller()
    class Returning {
      @Post("observable")
      @Webhook(paradym)
      observable() {
        return of("first", "last");
      }

      @Post("promise")
      @Webhook(paradym)
      async promise() {
        return { later: true };
      }
    }
    const url = await started(adapter(), { imports: [receiving()], controllers: [Returning] });
    expect(await (await post(`${url}/observable`)).text()).toBe("last");
    expect(await (await post(`${url}/promise`, paradymBody(2))).json()).toEqual({ later: true });
  });
});

describe.each(platforms)("With an inbox on %s", (_name, adapter) => {
  test("the event is stored and answered, and the method stays out of it", async () => {
    const stored: unknown[] = [];
    const inbox = { store: async ({ type }: Event) => void stored.push(type) };
    let runs = 0;

    @Controller()
    class Route {
      @Post("hook")
      @Webhook(paradym)
      received() {
        runs += 1;
      }
    }
    const webhooks = [{ provider: paradym, secret: SECRET, inbox }];
    const url = await started(adapter(), {
      imports: [WebhookModule.forRoot({ webhooks })],
      controllers: [Route],
    });
    expect((await post(`${url}/hook`)).status).toBe(200);
    expect(stored).toEqual(["workflowExecution.completed"]);
    expect(runs).toBe(0);
  });
});

describe.each(platforms)("Guards on %s", (_name, adapter) => {
  test("of the application run before the delivery is read; one above @Webhook() runs behind it", async () => {
    const seen: unknown[] = [];
    const refusing = (name: string): CanActivate => ({
      canActivate: (context: ExecutionContext) => {
        const request = context.switchToHttp().getRequest<{
          webhook?: { type?: string };
          headers: Record<string, string>;
        }>();
        seen.push([name, request.webhook?.type]);
        return request.headers["x-refuse"] !== name;
      },
    });

    @Controller()
    class Guarded {
      @Post("hook")
      @UseGuards(refusing("behind"))
      @Webhook(paradym)
      received() {
        seen.push("method");
      }
    }
    const records: ReceiptRecord[] = [];
    const url = await started(
      adapter(),
      { imports: [receiving(records)], controllers: [Guarded] },
      (app) => app.useGlobalGuards(refusing("global")),
    );
    expect((await post(`${url}/hook`, paradymBody(1), { "x-refuse": "global" })).status).toBe(403);
    expect(records).toEqual([]);
    expect((await post(`${url}/hook`, paradymBody(1), { "x-refuse": "behind" })).status).toBe(403);
    expect(records).toMatchObject([{ outcome: "accepted", settlement: "released" }]);
    seen.length = 0;
    expect((await post(`${url}/hook`)).status).toBe(200);
    const type = "workflowExecution.completed";
    expect(seen).toEqual([["global", undefined], ["behind", type], "method"]);
  });
});

describe.each(platforms)("Interceptors on %s", (_name, adapter) => {
  test("surround accepted deliveries alone, and may change the answer", async () => {
    const seen: unknown[] = [];
    const wrapping: NestInterceptor = {
      intercept: (_context: ExecutionContext, next: CallHandler) =>
        next.handle().pipe(
          tap({ next: (value) => seen.push(value), error: () => seen.push("error") }),
          map((data: unknown) => ({ data })),
        ),
    };

    @Controller()
    class Intercepted {
      @Post("hook")
      @Webhook(paradym)
      received() {
        return "done";
      }
    }
    const url = await started(
      adapter(),
      { imports: [receiving()], controllers: [Intercepted] },
      (app) => app.useGlobalInterceptors(wrapping),
    );
    expect(await (await post(`${url}/hook`)).json()).toEqual({ data: "done" });
    expect(await (await post(`${url}/hook`)).json()).toEqual({ status: "duplicate" });
    expect((await forgery(`${url}/hook`)).status).toBe(401);
    expect(seen).toEqual(["done"]);
  });

  test("that fail give the event back", async () => {
    const failing: NestInterceptor = {
      intercept: (_context: ExecutionContext, next: CallHandler) =>
        next.handle().pipe(
          map(() => {
            throw new Error("the interceptor failed");
          }),
        ),
    };

    @Controller()
    class Intercepted {
      @Post("hook")
      @UseInterceptors(failing)
      @Webhook(paradym)
      received() {}
    }
    const records: ReceiptRecord[] = [];
    const url = await started(adapter(), {
      imports: [receiving(records)],
      controllers: [Intercepted],
    });
    expect((await post(`${url}/hook`)).status).toBe(500);
    expect(records).toMatchObject([{ settlement: "released" }]);
  });
});

describe.each(platforms)("Exception filters on %s", (_name, adapter) => {
  test("get what the method throws, and the event is given back with its cause", async () => {
    const failure = new ForbiddenException("not this one");

    @Controller()
    class Throwing {
      @Post("hook")
      @Webhook(paradym)
      async received() {
        throw failure;
      }
    }
    const records: ReceiptRecord[] = [];
    const url = await started(adapter(), {
      imports: [receiving(records)],
      controllers: [Throwing],
    });
    const response = await post(`${url}/hook`);
    expect([response.status, await response.json()]).toMatchObject([
      403,
      { message: "not this one" },
    ]);
    expect(records).toMatchObject([{ settlement: "released", error: failure }]);
    expect((await post(`${url}/hook`)).status).toBe(403);
  });

  test("that catch everything answer a refused delivery with its status, whatever their place", async () => {
    const caught: unknown[] = [];

    @Catch()
    class CatchAll implements ExceptionFilter {
      readonly #adapterHost: HttpAdapterHost;

      constructor(@Inject(HttpAdapterHost) adapterHost: HttpAdapterHost) {
        this.#adapterHost = adapterHost;
      }

      catch(error: { getStatus(): number }, host: ArgumentsHost) {
        caught.push(error);
        const response: unknown = host.switchToHttp().getResponse();
        this.#adapterHost.httpAdapter.reply(response, { mine: true }, error.getStatus());
      }
    }

    @Controller()
    class Filtered {
      @Post("above")
      @UseFilters(CatchAll)
      @Webhook(paradym)
      above() {}

      @Post("below")
      @Webhook(paradym)
      @UseFilters(CatchAll)
      below() {}
    }
    const url = await started(adapter(), { imports: [receiving()], controllers: [Filtered] });
    const below = await forgery(`${url}/below`);
    expect([below.status, await below.json()]).toMatchObject([401, { code: "signature_mismatch" }]);
    expect(caught).toEqual([]);
    const above = await forgery(`${url}/above`);
    expect([above.status, await above.json()]).toEqual([401, { mine: true }]);
  });
});

/** A controller with a webhook, and routes beside it that are none. */
function parsing() {
  const bodies: unknown[] = [];

  @Controller()
  class Parsing {
    @Post("hook/:name")
    @Webhook(paradym)
    received(@Body() body: unknown) {
      bodies.push(body);
    }

    @Get("hook/:name")
    page() {
      return "page";
    }

    @Post("other")
    other(@Body() body: unknown) {
      return body;
    }
  }
  return { bodies, metadata: { imports: [receiving()], controllers: [Parsing] } };
}

describe.each(platforms)("Body parsers on %s", (_name, adapter) => {
  test.each([
    ["as Nest sets them up", {}],
    ["with rawBody: true", { rawBody: true }],
  ])("%s leave webhooks alone, and go on parsing for other routes", async (_how, options) => {
    const { bodies, metadata } = parsing();
    const url = await started(adapter(), metadata, () => {}, options);
    expect((await post(`${url}/hook/a`)).status).toBe(200);
    expect(bodies).toEqual([JSON.parse(paradymBody(1).toString())]);
    const other = await post(`${url}/other`, Buffer.from('{"a":1}'));
    expect(await other.json()).toEqual({ a: 1 });
    expect(await (await fetch(`${url}/hook/a`)).text()).toBe("page");
  });

  test("turned off altogether are no matter", async () => {
    const { bodies, metadata } = parsing();
    const url = await started(adapter(), metadata, () => {}, { bodyParser: false });
    expect((await post(`${url}/hook/a`)).status).toBe(200);
    expect(bodies).toHaveLength(1);
  });

  test("don't limit a webhook: the provider's own limit holds", async () => {
    const { bodies, metadata } = parsing();
    const url = await started(adapter(), metadata);
    const large = Buffer.from(
      JSON.stringify({ eventType: "large", payload: { text: "x".repeat(2_000_000) } }),
    );
    expect((await post(`${url}/hook/a`, large)).status).toBe(200);
    expect(bodies).toHaveLength(1);
    expect((await post(`${url}/other`, large)).status).toBe(413);
  });

  test("don't answer for a webhook: of what is no JSON, or of no known type, the signature decides", async () => {
    const { bodies, metadata } = parsing();
    const url = await started(adapter(), metadata);
    const asXml = await post(`${url}/hook/a`, paradymBody(1), { "content-type": "text/xml" });
    expect(asXml.status).toBe(200);
    expect(bodies).toHaveLength(1);
    const broken = await forgery(`${url}/hook/a`, Buffer.from("{ no JSON"));
    expect([broken.status, await broken.json()]).toMatchObject([
      401,
      { code: "signature_mismatch" },
    ]);
  });
});

test("A parser that app.useBodyParser() puts in front skips webhooks on Express, too", async () => {
  @Controller()
  class Parsing {
    @All("hook")
    @Webhook(paradym)
    received() {}

    @Post("other")
    other(@Body() body: unknown) {
      return { isBytes: Buffer.isBuffer(body) };
    }
  }
  const [, express] = platforms[0];
  const url = await started(
    express(),
    { imports: [receiving()], controllers: [Parsing] },
    (app) => {
      (app as NestExpressApplication).useBodyParser("json", { limit: "10mb" });
    },
  );
  expect((await post(`${url}/hook`)).status).toBe(200);
  expect((await post(`${url}/other`, Buffer.from("{}"))).status).toBe(201);
});

function controllerOf(decorator: MethodDecorator): Type {
  @Controller()
  class Hook {
    @Post("hook")
    @decorator
    received(@WebhookEvent() event: { readonly provider: string }) {
      return event.provider;
    }
  }
  return Hook;
}

describe("WebhookModule", () => {
  const [, adapter] = platforms[0];

  test("takes its options from a factory", async () => {
    const url = await started(adapter(), {
      imports: [
        WebhookModule.forRootAsync({
          imports: [],
          inject: ["SECRET"],
          provideInjectionTokensFrom: [{ provide: "SECRET", useValue: SECRET }],
          useFactory: async (secret: string) => ({ webhooks: [{ provider: paradym, secret }] }),
        }),
      ],
      controllers: [controllerOf(Webhook(paradym))],
    });
    expect(await (await post(`${url}/hook`)).text()).toBe("paradym");
  });

  test("knows two webhooks of one provider by their endpoint", async () => {
    const url = await started(adapter(), {
      imports: [
        WebhookModule.forRoot({
          webhooks: [
            { provider: paradym, secret: "the secret of somebody else" },
            { provider: paradym, endpoint: "billing", secret: SECRET },
          ],
        }),
      ],
      controllers: [controllerOf(Webhook("billing"))],
    });
    expect((await post(`${url}/hook`)).status).toBe(200);
  });

  test("receives several webhooks at one URL", async () => {
    const url = await started(adapter(), {
      imports: [
        WebhookModule.forRoot({
          webhooks: [
            {
              endpoint: "hooks",
              oneOf: [
                { provider: github, secret: "the secret of somebody else" },
                { provider: paradym, secret: SECRET },
              ],
            },
          ],
        }),
      ],
      controllers: [controllerOf(Webhook("hooks"))],
    });
    expect(await (await post(`${url}/hook`)).text()).toBe("paradym");
    expect((await forgery(`${url}/hook`)).status).toBe(401);
  });

  const start = (options: object, decorator = Webhook(paradym)): Promise<string> =>
    started(adapter(), {
      imports: [WebhookModule.forRoot(options as never)],
      controllers: [controllerOf(decorator)],
    });
  const webhook = { provider: paradym, secret: SECRET };

  test.each<[string, () => Promise<string>, RegExp]>([
    ["no webhooks", () => start({}), /webhooks is missing or empty/],
    ["an empty secret", () => start({ webhooks: [{ ...webhook, secret: "" }] }), /secret/],
    [
      "two webhooks of one name",
      () => start({ webhooks: [webhook, webhook] }),
      /two webhooks are named "paradym"/,
    ],
    [
      "several webhooks without a name",
      () => start({ webhooks: [{ oneOf: [webhook] }] }),
      /need a name and a list/,
    ],
    [
      "an option beside oneOf",
      () => start({ webhooks: [{ endpoint: "a", oneOf: [webhook], store: false }] }),
      /the option "store" is unknown/,
    ],
    [
      "a method for a provider that is not listed",
      () => start({ webhooks: [webhook] }, Webhook(github)),
      /Hook\.received receives the webhook "github", and WebhookModule has none .* It has: paradym/,
    ],
    [
      "a method for an endpoint that is not listed",
      () => start({ webhooks: [webhook] }, Webhook("billing")),
      /receives the webhook "billing"/,
    ],
  ])("fails at its start with %s", async (_case, starting, message) => {
    await expect(starting()).rejects.toMatchObject({
      code: "config_invalid",
      message: expect.stringMatching(message) as unknown,
    });
  });
});

describe("@Webhook()", () => {
  test.each<[string, () => unknown, RegExp]>([
    ["of no provider", () => Webhook(undefined as never), /neither a provider nor a name/],
    [
      "on anything but a method",
      () => Webhook(paradym)({}, "field", undefined as never),
      /belongs on a method/,
    ],
  ])("%s is refused", (_case, decorate, message) => {
    expect(decorate).toThrow(message);
  });

  test("is what @WebhookEvent() and @WebhookClaim() need: without it the answer is 500", async () => {
    @Controller()
    class Undecorated {
      @Post("event")
      event(@WebhookEvent() event: unknown) {
        return event;
      }

      @Post("claim")
      claim(@WebhookClaim() claim: unknown) {
        return claim;
      }
    }
    const [, adapter] = platforms[0];
    const url = await started(adapter(), { imports: [receiving()], controllers: [Undecorated] });
    expect((await post(`${url}/event`)).status).toBe(500);
    expect((await post(`${url}/claim`)).status).toBe(500);
  });
});
