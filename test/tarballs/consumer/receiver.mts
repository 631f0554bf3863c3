import {
  type AnyProvider,
  createReceiver,
  defineProvider,
  oneOf,
  type Receiver,
  verify,
} from "@countersign/core";
import { github, paradym, stripe } from "@countersign/core/providers";
import { webhook } from "@countersign/express";
import express from "express";

export const app: express.Express = express();
app.post(
  "/paradym",
  webhook({ provider: paradym, secret: "a-secret-of-paradym" }, (event) => {
    if (event.type !== "workflowExecution.failed") return;
    const message: string = event.body.payload.error.message;
    console.log(message);
  }),
);

const acme = defineProvider({
  name: "acme",
  signature: { header: "X-Signature", encoding: "hex", content: "{timestamp}.{body}" },
  timestamp: { header: "X-Timestamp", unit: "seconds", of: "attempt" },
  dedup: "content",
});
export const receiver: Receiver = createReceiver({ provider: acme, secret: "a-secret-of-acme" });

const providers: readonly AnyProvider[] = [github, stripe, acme];
export const receivers: Receiver[] = providers.map((provider) =>
  createReceiver({ provider, secret: `the-secret-of-${provider.name}` }),
);
for (const provider of providers) {
  app.post(
    `/${provider.name}`,
    webhook({ provider, secret: `the-secret-of-${provider.name}` }, ({ type, body }) => {
      const text: string | undefined = type;
      const content: unknown = body;
      console.log(text, content);
    }),
  );
}

app.post(
  "/both",
  webhook(
    oneOf([
      { provider: github, secret: "a-secret-of-github" },
      { provider: paradym, secret: "a-secret-of-paradym" },
    ]),
    (event) => {
      if (event.type === "workflowExecution.failed") console.log(event.body.payload.error.message);
      if (event.type === "push") console.log(event.body.ref.length);
    },
  ),
);

export async function check(request: Request): Promise<string> {
  const delivery = { headers: request.headers, body: await request.arrayBuffer() };
  const event = await verify(delivery, { provider: github, secret: "a-secret-of-github" });
  // @ts-expect-error: the event is typed, not `any`
  return event.nothing ?? event.provider;
}
