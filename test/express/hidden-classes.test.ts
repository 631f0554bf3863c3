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

test("V8 keeps requests and responses behind the middleware as dictionaries, where each would have a hidden class of its own", async () => {
  setFlagsFromString("--allow-natives-syntax");
  const isFast = runInThisContext("(object) => %HasFastProperties(object)") as (
    object: object,
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
  expect(seen).toHaveLength(DELIVERIES);
  // Where they are fast there, each has a class of its own: V8 shares those of dictionaries, though not always.
  const hasOwnClasses = Number(process.versions.v8.split(".")[0]) < 13;
  expect(seen.map(({ req }) => isFast(req))).toEqual(seen.map(() => !hasOwnClasses));
  expect(seen.map(({ res }) => isFast(res))).toEqual(seen.map(() => !hasOwnClasses));
});
