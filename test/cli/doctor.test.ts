import { createHmac } from "node:crypto";
import { createServer, type RequestListener, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { github, square, stripe } from "@countersign/core/providers";
import { webhook } from "@countersign/express";
import express from "express";
import { afterEach, describe, expect, test } from "vitest";
import { found, SECRET } from "./doctor.ts";

const closing: { close(): unknown }[] = [];
afterEach(async () => {
  for (const each of closing.splice(0)) await each.close();
});

function anHourAhead(): number {
  return Date.now() + 3_600_000;
}

async function serve(listener: RequestListener): Promise<string> {
  const server: Server = createServer(listener);
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  closing.push({
    close: () => {
      server.closeAllConnections();
      server.close();
    },
  });
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

describe("countersign doctor finds", () => {
  test("a parser in front", async () => {
    const app = express();
    app.use(express.json());
    app.post(
      "/stripe",
      webhook({ provider: stripe, secret: SECRET }, () => {}),
    );
    expect((await found(`${await serve(app)}/stripe`))[0]).toBe("-parser_in_front");
  });

  test("a body that is parsed and written again before it is verified", async () => {
    const app = express();
    app.use(express.json());
    app.post("/github", (req, res) => {
      const mac = createHmac("sha256", SECRET).update(JSON.stringify(req.body)).digest("hex");
      res.sendStatus(req.get("x-hub-signature-256") === `sha256=${mac}` ? 200 : 401);
    });
    expect((await found(`${await serve(app)}/github`, "github"))[0]).toBe("-body_rewritten");
  });

  test("a route that answers 200 to a forgery, to no signature, and to an old delivery", async () => {
    const url = await serve((req, res) => {
      req.resume().once("end", () => res.end("ok"));
    });
    expect(await found(url)).toEqual([
      "genuine_taken",
      "-forgery_taken",
      "-unsigned_taken",
      "-replay_taken",
    ]);
  });

  test("a receiver whose clock is off", async () => {
    const app = express();
    app.use((_, res, next) => {
      res.sendDate = false;
      res.setHeader("date", new Date(anHourAhead()).toUTCString());
      next();
    });
    app.post(
      "/stripe",
      webhook({ provider: stripe, secret: SECRET, now: anHourAhead }, () => {}),
    );
    expect((await found(`${await serve(app)}/stripe`)).slice(0, 2)).toEqual([
      "-clock_off",
      "-clock_off",
    ]);
  });

  test("a URL that is changed on the way", async () => {
    const app = express();
    const receive = webhook({ provider: square, secret: SECRET }, () => {});
    app.post("/square", (req, res, next) => {
      // As behind a proxy that ends TLS.
      Object.defineProperty(req.socket, "encrypted", { value: true, configurable: true });
      void receive(req, res, next);
    });
    const [first] = await found(`${await serve(app)}/square`, "square");
    expect(first).toBe("-url_changed");
  });

  test("a redirect, a missing route, and nobody", async () => {
    const app = express();
    app.post("/old", (_, res) => res.redirect(308, "/new"));
    const url = await serve(app);
    expect(await found(`${url}/old`)).toEqual(["-redirect"]);
    expect(await found(`${url}/nowhere`)).toEqual(["-no_route"]);
    expect(await found("http://127.0.0.1:9/")).toEqual(["-unreachable"]);
  });

  test("nothing about age, where the provider signs no time", async () => {
    const app = express();
    app.post(
      "/github",
      webhook({ provider: github, secret: SECRET }, () => {}),
    );
    expect(await found(`${await serve(app)}/github`, "github")).toEqual([
      "genuine_taken",
      "forgery_refused",
      "unsigned_refused",
    ]);
  });
});
