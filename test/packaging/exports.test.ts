import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { expect, test } from "vitest";
import { publishedPackages, root, run, targetsOf } from "./published-package.ts";

test("the packages export these values, and no others", async () => {
  const names: Record<string, readonly string[]> = {};
  for (const { folder, manifest } of publishedPackages()) {
    const main = targetsOf(manifest.exports["."] ?? null).find((target) => target.endsWith(".js"));
    const url = pathToFileURL(join(folder, main ?? "dist/index.js")).href;
    const list = `import(${JSON.stringify(url)}).then((m) => console.log(JSON.stringify(Object.keys(m))))`;
    names[manifest.name] = JSON.parse(await run(process.execPath, ["-e", list], root)) as string[];
  }
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
