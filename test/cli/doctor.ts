import { expect } from "vitest";
import { countersign, records } from "./countersign.ts";

export const SECRET = "the-canary-secret-of-this-test";

/** Runs the doctor; returns the codes of what it found, the bad ones with a minus in front. */
export async function found(url: string, provider = "stripe"): Promise<readonly string[]> {
  const ran = await countersign(
    ["doctor", "--url", url, "--provider", provider, "--secret-env", "SECRET", "--json"],
    { env: { SECRET } },
  );
  expect(ran.stdout + ran.stderr).not.toContain(SECRET);
  const checks = records(ran.stdout);
  expect(ran.code).toBe(checks.every(({ ok }) => ok) ? 0 : 1);
  return checks.map(({ ok, code }) => (ok ? "" : "-") + String(code));
}
