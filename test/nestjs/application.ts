import type { AddressInfo } from "node:net";
import type { INestApplication, ModuleMetadata, NestApplicationOptions } from "@nestjs/common";
import type { AbstractHttpAdapter } from "@nestjs/core";
import { ExpressAdapter } from "@nestjs/platform-express";
import { FastifyAdapter } from "@nestjs/platform-fastify";
import { Test } from "@nestjs/testing";
import { onTestFinished } from "vitest";
import { macOf, paradymBody } from "../conformance/delivery.ts";

/** Both platforms of Nest. */
export const platforms: [[string, () => AbstractHttpAdapter], [string, () => AbstractHttpAdapter]] =
  [
    ["Express", () => new ExpressAdapter()],
    ["Fastify", () => new FastifyAdapter()],
  ];

/** Starts an application on loopback, made by Nest's own testing module. */
export async function started(
  adapter: AbstractHttpAdapter,
  metadata: ModuleMetadata,
  configure: (app: INestApplication) => void = () => {},
  options: NestApplicationOptions = {},
): Promise<string> {
  const testingModule = await Test.createTestingModule(metadata).compile();
  const app = testingModule.createNestApplication(adapter, { logger: false, ...options });
  configure(app);
  await app.listen(0, "127.0.0.1");
  onTestFinished(() => app.close());
  return `http://127.0.0.1:${(app.getHttpServer().address() as AddressInfo).port}`;
}

/** Posts a delivery of Paradym's. */
export function post(
  url: string,
  body: Uint8Array = paradymBody(1),
  headers: Record<string, string> = {},
): Promise<Response> {
  return fetch(url, {
    method: "POST",
    body: new Uint8Array(body),
    headers: {
      "content-type": "application/json",
      "x-paradym-hmac-sha-256": macOf(body),
      ...headers,
    },
  });
}

/** Posts a delivery that nobody has signed. */
export function forgery(url: string, body: Uint8Array = paradymBody(9)): Promise<Response> {
  return post(url, body, { "x-paradym-hmac-sha-256": "0".repeat(64) });
}
