import { randomUUID } from "node:crypto";
import { readFile } from "node:fs/promises";
import { createServer } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";
import { Client } from "pg";
import { afterEach, expect, test } from "vitest";
import { album, startAlbum } from "../../examples/photo-likes/album.ts";
import { photoService } from "../../examples/photo-likes/service.ts";
import { checkRole, createSystem, isLocal } from "../../examples/photo-likes/system.ts";
import { serveFetch } from "../../examples/serve-fetch.ts";
import { databaseUrl, postgresMissing } from "../sender/subscription-stores.ts";

const closes: (() => Promise<void>)[] = [];
afterEach(async () => {
  // oxlint-disable-next-line no-await-in-loop -- in this order
  for (const close of closes.splice(0)) await close();
});

async function photoLikes() {
  const system = await createSystem({ ALLOW_PRIVATE_ADDRESSES: "1" });
  await system.publisher.start();
  const service = await serveFetch(photoService(system));
  closes.push(
    () => service.close(),
    () => system.close(),
  );
  const subscribe = async (url: string, eventTypes = ["LIKED_PHOTO"]) => {
    const response = await fetch(`${service.url}/subscription`, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify({ url, eventTypes }),
    });
    return (await response.json()) as { id: string; secret: string };
  };
  return { service, system, subscribe };
}

/** An album that is subscribed. */
async function subscribedAlbum(
  subscribe: (url: string, eventTypes?: string[]) => Promise<{ secret: string }>,
  eventTypes?: string[],
) {
  let saved: Awaited<ReturnType<typeof album>> | undefined;
  const cloud = await serveFetch(
    async (request) => saved?.handle(request) ?? new Response(null, { status: 503 }),
  );
  closes.push(() => cloud.close());
  const { secret } = await subscribe(`${cloud.url}/uploadImage/`, eventTypes);
  saved = await album(secret);
  const { close } = saved;
  closes.push(close);
  return saved;
}

test("a liked photo is saved by every album that subscribed to likes, and by no other", async () => {
  const { service, subscribe } = await photoLikes();
  const [one, two, other] = [
    await subscribedAlbum(subscribe),
    await subscribedAlbum(subscribe),
    await subscribedAlbum(subscribe, ["SHARED_PHOTO"]),
  ];
  const liked = await fetch(`${service.url}/like/123`);
  expect(liked.status).toBe(202);
  const unliked = await fetch(`${service.url}/like/124`, { method: "DELETE" });
  expect(unliked.status).toBe(405);
  await expect.poll(() => [one.photos, two.photos]).toEqual([["123"], ["123"]]);
  expect(other.photos).toEqual([]);
});

test("liking does not wait for a receiver that never answers", async () => {
  const { service, subscribe } = await photoLikes();
  const silent = createServer(() => {});
  await new Promise<void>((resolve) => {
    silent.listen(0, "127.0.0.1", resolve);
  });
  const address = silent.address();
  await subscribe(`http://127.0.0.1:${typeof address === "object" ? address?.port : 0}/`);
  const startMs = performance.now();
  await fetch(`${service.url}/like/1`);
  expect(performance.now() - startMs).toBeLessThan(4000);
  silent.close();
});

test("subscriptions are created, queried, updated and deleted over HTTP", async () => {
  const { service, subscribe } = await photoLikes();
  const saved = await subscribedAlbum(subscribe);
  const { id } = await subscribe("http://127.0.0.1:9/", ["SHARED_PHOTO"]);
  const listed = (await (await fetch(`${service.url}/subscription`)).json()) as {
    items: unknown[];
  };
  expect(listed.items).toHaveLength(2);
  const updated = await fetch(`${service.url}/subscription/${id}`, {
    method: "PATCH",
    body: JSON.stringify({ eventTypes: ["LIKED_PHOTO"] }),
  });
  expect(await updated.json()).toMatchObject({ id, eventTypes: ["LIKED_PHOTO"] });
  const deleted = await fetch(`${service.url}/subscription/${id}`, { method: "DELETE" });
  expect(deleted.status).toBe(204);
  await fetch(`${service.url}/like/7`);
  await expect.poll(() => saved.photos).toEqual(["7"]);
  await sleep(20);
  expect(saved.photos).toEqual(["7"]);
});

test("the album subscribes itself, and a user's likes go to the user's own subscriptions", async () => {
  const { service, system } = await photoLikes();
  const running = await startAlbum(service.url);
  closes.push(() => running.close());
  const own = { headers: { "x-user": "ana" } };
  const read = async (path: string, init?: RequestInit): Promise<unknown> =>
    (await fetch(`${service.url}${path}`, init)).json();
  const byUrl = `/subscription?url=${encodeURIComponent(running.url)}`;
  expect(await read(byUrl)).toMatchObject({ items: [{ id: running.id, name: "cloud album" }] });
  expect(await read("/subscription?url=https://example.com/")).toEqual({ items: [] });
  expect(await read(byUrl, own)).toEqual({ items: [] });
  const created = await read("/subscription", {
    ...own,
    method: "POST",
    body: JSON.stringify({ url: "http://127.0.0.1:9/", eventTypes: ["LIKED_PHOTO"] }),
  });
  const { id } = created as { id: string };
  expect(created).toMatchObject({ owner: "ana" });
  expect((await fetch(`${service.url}/subscription/${running.id}`, own)).status).toBe(404);
  await fetch(`${service.url}/like/1`, { headers: { "x-user": "bo" } });
  await fetch(`${service.url}/like/2`, own);
  await expect
    .poll(async () => (await system.publisher.subscriptions.deliveries(id, { limit: 9 })).length)
    .toBe(1);
  expect(await read("/queue")).toEqual({ waiting: expect.any(Number) as number });
});

test("everything is local where queue and database are on this machine", () => {
  expect(isLocal({})).toBe(true);
  expect(isLocal({ AMQP_URL: "amqp://localhost", DATABASE_URL: "postgres://127.0.0.1/x" })).toBe(
    true,
  );
  expect(isLocal({ AMQP_URL: "amqp://rabbitmq" })).toBe(false);
  expect(isLocal({ HOST: "0.0.0.0" })).toBe(false);
});

test.skipIf(postgresMissing !== undefined)(
  "the service outlives a restart of its database",
  async () => {
    const name = `photo_likes_${randomUUID().replaceAll("-", "")}`;
    const admin = new Client({ connectionString: databaseUrl });
    await admin.connect();
    await admin.query(`create database ${name}`);
    const url = new URL(databaseUrl);
    url.pathname = `/${name}`;
    const system = await createSystem({ DATABASE_URL: url.href });
    const { publisher } = system;
    const subscribed = await publisher.subscribe({ url: "https://example.com/" });
    await admin.query(
      `select pg_terminate_backend(pid) from pg_stat_activity where datname = '${name}'`,
    );
    await sleep(100);
    expect(await publisher.subscriptions.get(subscribed.subscription.id)).toBeDefined();
    await system.close();
    await admin.query(`drop database ${name} with (force)`);
    await admin.end();
  },
);

test("the composed system starts when its database can be connected to, whatever system it was installed on", async () => {
  const compose = await readFile(
    new URL("../../examples/photo-likes/compose.yaml", import.meta.url),
    "utf8",
  );
  // While PostgreSQL sets itself up, a server listens at its socket alone, and says that it is ready.
  expect(compose).toMatch(/test: pg_isready .*-h 127\.0\.0\.1/);
  // The repository is mounted with what npm installed for the machine outside: nothing native may be in the way.
  expect(compose).toMatch(/command: node --conditions=@countersign\/source photo-likes\/main\.ts/);
});

test.each([
  ["worker", { AMQP_URL: "amqp://localhost" }, "ROLE=worker needs DATABASE_URL"],
  ["worker", {}, "ROLE=worker needs AMQP_URL and DATABASE_URL"],
  ["service", { DATABASE_URL: "postgres://localhost" }, "ROLE=service needs AMQP_URL"],
  ["wroker", {}, "it must be all, service or worker"],
])("the role %s refuses to start with %j", (role, environment, message) => {
  expect(() => checkRole(role, environment)).toThrow(message);
});

test("a role that shares queue and subscriptions may start, and so may the whole system", () => {
  const shared = { AMQP_URL: "amqp://localhost", DATABASE_URL: "postgres://localhost" };
  expect(() => checkRole("worker", shared)).not.toThrow();
  expect(() => checkRole("all", {})).not.toThrow();
});
