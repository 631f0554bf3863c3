import { paradym } from "@countersign/core/providers/paradym";
import { signedRequest } from "@countersign/sender/testing";
import type { INestApplication } from "@nestjs/common";
import { ExpressAdapter } from "@nestjs/platform-express";
import { FastifyAdapter, type NestFastifyApplication } from "@nestjs/platform-fastify";
import { Test } from "@nestjs/testing";
import request from "supertest";
import { App } from "supertest/types";
import { AppModule } from "./../src/app.module";
import { WorkflowsService } from "./../src/workflows.service";

const secret = "keep-it-secret-keep-it-safe";

// Starting Nest takes longer than jest allows where the machine is busy.
jest.setTimeout(60_000);

const delivery = (workflowId: string) => ({
  provider: paradym,
  secret,
  body: { eventType: "workflowExecution.completed" as const, payload: { workflowId } },
});

describe.each([
  ["Express", () => new ExpressAdapter()],
  ["Fastify", () => new FastifyAdapter()],
])("ParadymController on %s (e2e)", (platform, adapter) => {
  let app: INestApplication<App>;
  let completed: string[];

  beforeEach(async () => {
    process.env.PARADYM_SECRET = secret;
    completed = [];
    const workflows = { completed: (id: string) => completed.push(id) };
    const testingModule = await Test.createTestingModule({ imports: [AppModule] })
      .overrideProvider(WorkflowsService)
      .useValue(workflows)
      .compile();
    app = testingModule.createNestApplication(adapter());
    await app.init();
    if (platform === "Fastify") {
      await (app as unknown as NestFastifyApplication).getHttpAdapter().getInstance().ready();
    }
  });

  afterEach(() => app.close());

  it("runs the method of a genuine delivery once", async () => {
    const { headers, text } = await signedRequest(delivery("w_1"));
    const send = () => request(app.getHttpServer()).post("/paradym").set(headers).send(text);
    await send().expect(200);
    await send().expect(200, { status: "duplicate" });
    expect(completed).toEqual(["w_1"]);
  });

  it("refuses a forged delivery", async () => {
    const { headers, text } = await signedRequest({ ...delivery("w_2"), tamper: "body" });
    const response = await request(app.getHttpServer()).post("/paradym").set(headers).send(text);
    expect([response.status, response.body.code]).toEqual([401, "signature_mismatch"]);
    expect(completed).toEqual([]);
  });

  it("refuses a body that is too large, by the webhook's own limit", async () => {
    const send = async (bytes: number) => {
      const { headers, text } = await signedRequest(delivery("w".repeat(bytes)));
      return request(app.getHttpServer()).post("/paradym").set(headers).send(text);
    };
    // Nest's own parsers take 100 kB, and on Fastify 1 MB.
    expect((await send(1_100_000)).status).toBe(200);
    expect((await send(6_000_000)).status).toBe(413);
  });

  it("goes on parsing for other routes", () =>
    request(app.getHttpServer()).post("/echo").send({ a: 1 }).expect(201, { a: 1 }));
});
