import type { Command } from "commander";
import { valueAt, withValueAt } from "../base/json-pointer.ts";
import { UsageError } from "../base/usage-error.ts";
import { type Captured, headerValue, toRecorded } from "../delivery/captured.ts";
import { DEFAULT_FOLDER } from "../log/sqlite-log.ts";
import { providerNamed } from "../provider/named.ts";
import { resigned } from "../provider/resign.ts";
import { signatureHeaders } from "../provider/signature-headers.ts";
import { collect, providerAndSecrets, type SecretOptions, withSecretOptions } from "./options.ts";
import { selected } from "./saved-deliveries.ts";

interface FixtureOptions extends SecretOptions {
  readonly from: string;
  readonly last?: boolean;
  readonly provider?: string;
  readonly redact?: readonly string[];
  readonly resign?: boolean;
}

const REDACTED = "[redacted]";

/** Headers with credentials of a user or of the way that a delivery took. */
const PRIVATE_HEADERS =
  /^(cookie|authorization|proxy-authorization|x-forwarded-.*|forwarded|cf-.*|x-real-ip)$/i;

const EXAMPLES = `
Examples:
  countersign fixture 17 > push.json
  countersign fixture --last --redact /pusher/email --resign --secret-env TEST_SECRET > push.json

A test turns it into a Request and a clock:
  import { fromFixture } from "@countersign/sender/testing";
`;

/** Adds `countersign fixture <file|id>`. */
export function addFixture(program: Command): void {
  const command = program
    .command("fixture")
    .description(
      "print a saved delivery as JSON for a test; fromFixture() of @countersign/sender/testing reads it",
    )
    .argument("[file|id]", "a file as verify reads it, or the number of a saved delivery")
    .option("--from <folder>", "where listen --save keeps deliveries", DEFAULT_FOLDER)
    .option("--last", "the last delivery that was saved")
    .option(
      "--redact <pointer>",
      "replace a place of the JSON body, such as /customer/email; signs anew",
      collect,
    )
    .option("--resign", "sign with another secret than the real one, at the recorded time")
    .option("--provider <name>", "who signs; default: what was saved");
  withSecretOptions(command)
    .addHelpText("after", EXAMPLES)
    .action(async (which: string | undefined, options: FixtureOptions) => {
      const [delivery] = await selected(which, options);
      if (delivery === undefined) return;
      const fixture = toRecorded(await prepared(delivery, options));
      process.stdout.write(`${JSON.stringify(fixture, null, 2)}\n`);
    });
}

async function prepared(delivery: Captured, options: FixtureOptions): Promise<Captured> {
  const { redact = [], resign = redact.length > 0 } = options;
  const name = options.provider ?? delivery.provider;
  const signatures = name === undefined ? [] : signatureHeaders(await providerNamed(name));
  const kept = {
    ...delivery,
    // What a raw request or a curl command lacks.
    receivedAtMs: Number.isNaN(delivery.receivedAtMs) ? Date.now() : delivery.receivedAtMs,
    ...(name !== undefined && { provider: name }),
    headers: delivery.headers.filter(
      ([header]) =>
        !PRIVATE_HEADERS.test(header) || signatures.some((each) => isSame(each, header)),
    ),
    body: redact.length === 0 ? delivery.body : redacted(delivery, redact),
  };
  if (!resign) return kept;
  const { provider, secret } = await providerAndSecrets(name, options);
  return resigned(kept, { provider, secret, timestampMs: kept.receivedAtMs });
}

function redacted({ body, headers }: Captured, pointers: readonly string[]): Uint8Array {
  const text = Buffer.from(body).toString("utf8");
  const isForm = /x-www-form-urlencoded/i.test(headerValue(headers, "content-type") ?? "");
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch {
    throw new UsageError(
      `--redact changes a JSON body, and this one is ${isForm ? "a form" : "not JSON"}.`,
    );
  }
  for (const pointer of pointers) {
    if (valueAt(json, pointer) === undefined) {
      throw new UsageError(`There is nothing at ${pointer} in the body.`);
    }
    json = withValueAt(json, pointer, REDACTED);
  }
  return Buffer.from(JSON.stringify(json));
}

function isSame(one: string, other: string): boolean {
  return one.toLowerCase() === other.toLowerCase();
}
