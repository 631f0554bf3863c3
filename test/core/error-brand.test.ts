import { isWebhookError, WebhookError } from "@countersign/core";
import { expect, test, vi } from "vitest";

test("an error of another copy of the package is known by its brand, where instanceof says no", async () => {
  vi.resetModules();
  const other = await import("@countersign/core");
  expect(other.WebhookError).not.toBe(WebhookError);
  const error = new other.WebhookError("signature_mismatch", "of another copy");
  expect(error).not.toBeInstanceOf(WebhookError);
  expect(isWebhookError(error)).toBe(true);
  expect(other.isWebhookError(new WebhookError("signature_mismatch", "of this one"))).toBe(true);
});

test("nothing else is taken for one, also where it looks like one", () => {
  const alike = { name: "WebhookError", code: "signature_mismatch", status: 401, title: "" };
  for (const value of [alike, new Error("no"), null, undefined, "signature_mismatch", () => {}]) {
    expect(isWebhookError(value)).toBe(false);
  }
});

test("an error keeps its cause, and neither brand nor cause gets into JSON", () => {
  const cause = new Error("connection refused at 10.0.0.7");
  const error = new WebhookError("store_unavailable", "The store is away.", { cause });
  expect(error.cause).toBe(cause);
  expect(error.status).toBe(503);
  expect(Object.keys(error).toSorted()).toEqual(["code", "name", "status", "title"]);
  expect(JSON.stringify(error)).not.toContain("10.0.0.7");
});
