/** The store, a listener for its events, and what happens when one user is created. */
import { createReceiver } from "@countersign/core";
import { para } from "@countersign/core/providers/para";
import { serveFetch } from "../serve-fetch.ts";
import { paraLike } from "./service.ts";

const secret = "a secret that both sides know";
const store = paraLike({ allowPrivateAddresses: true });
await store.publisher.start();
const api = await serveFetch(store.handle, Number(process.env["PORT"] ?? 3000));

const receiver = createReceiver({ provider: para, secret });
const listener = await serveFetch((request) =>
  receiver.handle(request, ({ type, body }) => {
    console.info(`listener: ${type} of ${body.items.map(({ id }) => id).join(", ")}`);
  }),
);

async function call(method: string, path: string, body?: object): Promise<unknown> {
  const response = await fetch(api.url + path, {
    method,
    ...(body && { body: JSON.stringify(body) }),
  });
  return response.json();
}
const webhook = await call("POST", "/v1/webhooks", {
  targetUrl: listener.url,
  secret,
  create: true,
  update: true,
  typeFilter: "user",
});
console.info("webhook:", webhook);
await call("POST", "/v1/user", { id: "user-1", name: "Ana" });
await call("POST", "/v1/question", { id: "question-1" });
await call("PATCH", "/v1/user/user-1", { name: "Ana Maria" });
console.info(`store: ${api.url}/v1/webhooks and ${api.url}/v1/:type/:id`);

async function stop(): Promise<void> {
  await api.close();
  await store.close();
  await listener.close();
}
process.once("SIGINT", () => void stop());
process.once("SIGTERM", () => void stop());
