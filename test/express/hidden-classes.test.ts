import { once } from "node:events";
import type { AddressInfo } from "node:net";
import { setFlagsFromString } from "node:v8";
import { runInThisContext } from "node:vm";
import { github } from "@countersign/core/providers";
import { webhook } from "@countersign/express";
import { signedRequest } from "@countersign/sender/testing";
import express from "express";
import { expect, test } from "vitest";

const secret = "It's a Secret to Everybody";
const DELIVERIES = 20;

test("V8 knows requests and responses behind the middleware by common hidden classes", async () => {
  setFlagsFromString("--allow-natives-syntax");
  const hasSameClass = runInThisContext("(a, b) => %HaveSameMap(a, b)") as (
    a: object,
    b: object,
  ) => boolean;
  const seen: { req: object; res: object }[] = [];
  const app = express();
  app.post(
    "/",
    webhook({ provider: github, secret, onWarning: () => {} }, (_event, { req, res }) => {
      seen.push({ req, res });
    }),
  );
  const server = app.listen(0, "127.0.0.1");
  await once(server, "listening");
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
  for (let sent = 0; sent < DELIVERIES; sent++) {
    // oxlint-disable-next-line no-await-in-loop -- one after the other
    const signed = await signedRequest({ provider: github, secret, body: { sent }, url });
    // oxlint-disable-next-line no-await-in-loop -- one after the other
    await (await fetch(signed.toRequest())).arrayBuffer();
  }
  server.close();
  server.closeAllConnections();
  const classesOf = (objects: readonly object[]): number =>
    objects.filter((one, index) => !objects.slice(0, index).some((same) => hasSameClass(one, same)))
      .length;
  expect(seen).toHaveLength(DELIVERIES);
  // A collection may come in between, after which V8 makes one anew.
  expect(classesOf(seen.map(({ req }) => req))).toBeLessThan(DELIVERIES / 2);
  expect(classesOf(seen.map(({ res }) => res))).toBeLessThan(DELIVERIES / 2);
});
