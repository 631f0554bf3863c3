import { paradym } from "@countersign/core/providers";
import { createSender, retryPolicies } from "@countersign/sender";
import { startReceiver } from "@countersign/sender/testing";
import { afterAll, describe, expect, test } from "vitest";

const secret = "your-webhook-secret";
const sender = createSender({ allowPrivateAddresses: true, retry: retryPolicies.paradym });
afterAll(() => sender.close());

const execution = { workflowId: "workflow-id", workflowExecutionId: "workflow-execution-id" };
const action = { ...execution, workflowActionId: "workflow-action-id" };
const PAYLOADS = {
  "workflowExecution.started": execution,
  "workflowExecution.actionExecuted": action,
  "workflowExecution.completed": execution,
  "workflowExecution.waitingForTrigger": action,
  "workflowExecution.canceled": execution,
  "workflowExecution.failed": {
    ...execution,
    error: { message: "error-message", code: "error-code", details: "error-details" },
  },
};

function delivery(
  url: string,
  eventType: string,
  payload: object,
): Parameters<typeof sender.send>[0] {
  const body = {
    webhookId: "webhook-id",
    webhookPublishedAt: new Date().toISOString(),
    projectId: "project-id",
    eventType,
    payload,
  };
  return { url, provider: paradym, secret, body };
}

describe("Paradym's webhooks", () => {
  test.each(Object.entries(PAYLOADS))("deliver %s", async (eventType, payload) => {
    const receiver = await startReceiver({ provider: paradym, secret });
    const record = await sender.send(delivery(receiver.url, eventType, payload));
    expect(record).toMatchObject({ outcome: "delivered", attempts: [{ status: 200 }] });
    expect(receiver.events[0]).toMatchObject({ type: eventType, body: { payload } });
    await receiver.close();
  });

  test("are given up after five seconds, and not sent again", async () => {
    const receiver = await startReceiver({ provider: paradym, secret });
    receiver.delay(9000);
    const record = await sender.send(
      delivery(receiver.url, "workflowExecution.started", execution),
    );
    expect(record).toMatchObject({ outcome: "failed", attempts: [{ error: "timeout" }] });
    expect(record.attempts[0]?.durationMs).toBeGreaterThanOrEqual(4990);
    expect(record.attempts[0]?.durationMs).toBeLessThan(8500);
    expect(receiver.requests).toBe(1);
    await receiver.close();
  });

  test.each([201, 204, 302, 500])("have failed with an answer of %d", async (status) => {
    const receiver = await startReceiver({
      provider: paradym,
      secret,
      handler: (_, { res }) => void res.writeHead(status).end(),
    });
    const record = await sender.send(
      delivery(receiver.url, "workflowExecution.started", execution),
    );
    expect(record).toMatchObject({ outcome: "failed", attempts: [{ status }] });
    expect(receiver.requests).toBe(1);
    await receiver.close();
  });
});
