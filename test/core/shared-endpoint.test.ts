import { createReceiver, defineProvider, memoryStore, type Warning } from "@countersign/core";
import { github, para } from "@countersign/core/providers";
import { beforeEach, expect, test } from "vitest";

const secret = "a secret that is long enough";
const other = "another secret, as long as it";
let warnings: Warning[] = [];
const onWarning = (warning: Warning): void => {
  // Of GitHub and Para, which never send again, another test.
  if (warning.code !== "retries_none") warnings.push(warning);
};

beforeEach(() => {
  warnings = [];
});

test("two receivers with different secrets on one store and endpoint are warned of", () => {
  const store = memoryStore();
  createReceiver({ provider: github, secret, store, onWarning });
  createReceiver({ provider: github, secret: other, store, onWarning });
  expect(warnings.map(({ code }) => code)).toEqual(["endpoint_shared"]);
  expect(warnings[0]?.message).toContain('"github"');
  expect(warnings[0]?.message).not.toContain(secret);
});

test("receivers in rotation, of other endpoints, providers or stores are not", () => {
  const store = memoryStore();
  createReceiver({ provider: github, secret, store, onWarning });
  createReceiver({ provider: github, secret: [other, secret], store, onWarning });
  createReceiver({ provider: github, secret: other, store, onWarning });
  createReceiver({
    provider: github,
    secret: "a third one, long enough",
    store,
    endpoint: "hooks",
    onWarning,
  });
  createReceiver({ provider: para, secret: other, store, onWarning });
  createReceiver({ provider: github, secret: other, store: memoryStore(), onWarning });
  expect(warnings).toEqual([]);
});

test("the same secret is no other one, whatever key was prepared of it", () => {
  const store = memoryStore();
  createReceiver({ provider: github, secret, store, onWarning });
  createReceiver({ provider: github, secret, store, hmac: "platform", onWarning });
  createReceiver({ provider: defineProvider({ ...github }), secret, store, onWarning });
  for (let n = 0; n < 1100; n++) {
    createReceiver({ provider: github, secret: `${other} ${n}`, store: false, onWarning });
  }
  createReceiver({ provider: github, secret, store, onWarning });
  expect(warnings).toEqual([]);
});

test("receivers that are made with every request are warned of once", () => {
  const store = memoryStore();
  for (let n = 0; n < 1100; n++) {
    createReceiver({ provider: github, secret: `${other} ${n}`, store, onWarning });
  }
  expect(warnings.map(({ code }) => code)).toEqual(["endpoint_shared"]);
});
