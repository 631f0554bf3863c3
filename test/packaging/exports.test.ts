import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { expect, test } from "vitest";
import { publishedPackages, root, run, targetsOf } from "./published-package.ts";

test("the packages export these values, and no others", async () => {
  const entries = publishedPackages().map(({ folder, manifest }) => {
    const main = targetsOf(manifest.exports["."] ?? null).find((target) => target.endsWith(".js"));
    return [manifest.name, pathToFileURL(join(folder, main ?? "dist/index.js")).href];
  });
  const list = `
    const names = {};
    for (const [name, url] of ${JSON.stringify(entries)}) names[name] = Object.keys(await import(url));
    console.log(JSON.stringify(names));`;
  const names: unknown = JSON.parse(
    await run(process.execPath, ["--input-type=module", "-e", list], root),
  );
  expect(names).toMatchInlineSnapshot(`
    {
      "@countersign/aws-lambda": [
        "webhook",
      ],
      "@countersign/core": [
        "WebhookError",
        "createReceiver",
        "createVerifier",
        "defineProvider",
        "eventFrom",
        "eventToJson",
        "handlers",
        "isWebhookError",
        "memoryStore",
        "oneOf",
        "sign",
        "verify",
      ],
      "@countersign/express": [
        "webhook",
      ],
      "@countersign/fastify": [
        "eventOf",
        "webhook",
      ],
      "@countersign/hono": [
        "webhook",
      ],
      "@countersign/inbox": [
        "createInbox",
        "defaultRetry",
      ],
      "@countersign/jwt": [
        "auth0Logout",
        "fireblocks",
        "fusionAuth",
        "googlePubSub",
        "jwksKeys",
        "jwtProvider",
        "kinde",
        "livekit",
        "microsoftGraphRich",
        "monday",
        "neon",
        "netlify",
        "oidcLogout",
        "plaid",
        "plaidKeys",
        "signInWithApple",
        "truelayer",
        "vonage",
        "wix",
      ],
      "@countersign/koa": [
        "webhook",
      ],
      "@countersign/nestjs": [
        "Webhook",
        "WebhookClaim",
        "WebhookEvent",
        "WebhookModule",
      ],
      "@countersign/node": [
        "answerReturned",
        "holdResponse",
        "leaveUnread",
        "readBody",
        "requestUrl",
        "sendAnswer",
        "sourceOf",
        "thrownError",
        "warnOfReturned",
        "webhook",
        "writtenOf",
      ],
      "@countersign/opentelemetry": [
        "telemetry",
      ],
      "@countersign/queue-rabbitmq": [
        "rabbitmqQueue",
      ],
      "@countersign/sender": [
        "InvalidSubscription",
        "createPublisher",
        "createSender",
        "isPublicAddress",
        "memoryQueue",
        "memorySubscriptions",
        "newSecret",
        "postgresSubscriptions",
        "retryPolicies",
        "subscriptionsApi",
      ],
      "@countersign/store-postgres": [
        "postgresStore",
      ],
      "@countersign/store-redis": [
        "redisStore",
      ],
      "@countersign/store-sqlite": [
        "sqliteStore",
      ],
      "countersign": [
        "inspector",
      ],
    }
  `);
});
