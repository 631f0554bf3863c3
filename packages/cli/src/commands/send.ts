import { type SignedRequest, signedRequest } from "@countersign/sender/testing";
import type { Command } from "commander";
import type { Provider } from "@countersign/core";
import { parseDurationSeconds } from "../base/duration.ts";
import { outputTo } from "../base/output.ts";
import { readInput } from "../base/read-input.ts";
import { UsageError } from "../base/usage-error.ts";
import { type Captured, withHeaders } from "../delivery/captured.ts";
import { withoutSecrets } from "../log/without-secrets.ts";
import { asCurl } from "../delivery/write/as-curl.ts";
import { asFetch } from "../delivery/write/as-fetch.ts";
import { asHttp } from "../delivery/write/as-http.ts";
import type { NamedSecret } from "../provider/secrets.ts";
import {
  changedBody,
  hasSample,
  isSentAsForm,
  sampleBody,
  sampleType,
} from "../provider/sample-body.ts";
import {
  collect,
  httpUrl,
  pairOf,
  providerAndSecrets,
  type SecretOptions,
  wholeNumber,
  withJsonOption,
  withSecretOptions,
} from "./options.ts";
import { post } from "./post.ts";

interface SendOptions extends SecretOptions {
  readonly to: string;
  readonly body?: string;
  readonly set?: readonly string[];
  readonly header?: readonly string[];
  readonly tamper?: string;
  readonly age?: string;
  readonly times: number;
  readonly sameId?: boolean;
  readonly print?: string;
  readonly showResponse?: boolean;
  readonly json?: boolean;
}

const EXAMPLES = `
Examples:
  countersign send github push --to http://localhost:3000/github --secret-env GITHUB_SECRET
  countersign send stripe invoice.paid --to http://localhost:3000/stripe --secret-env STRIPE_SECRET --set /data/object/total=4200
  countersign send stripe invoice.paid --to http://localhost:3000/stripe --secret-env STRIPE_SECRET --age 10m
  countersign send paradym workflowExecution.failed --to http://localhost:3000/paradym --secret-env PARADYM_SECRET --tamper body
  countersign send github push --to http://localhost:3000/github --secret-env GITHUB_SECRET --print curl
`;

/** Adds `countersign send <provider> [type]`. */
export function addSend(program: Command): void {
  const command = program
    .command("send")
    .description(
      "send a delivery, signed as the provider would; exit code 1 where the receiver does not answer 2xx",
    )
    .argument("<provider>", "a preset, or ./file.js#export")
    .argument(
      "[type]",
      "the event's type; default: the first that `countersign providers <name>` lists",
    )
    .requiredOption("--to <url>", "where to")
    .option("--body <file>", "send these bytes; - is standard input")
    .option(
      "--set <pointer=value>",
      "change a place of the body: /data/amount=42; the value is JSON, or else text",
      collect,
    )
    .option("--header <name=value>", "add or replace a header after signing", collect)
    .option("--tamper <what>", "spoil it after signing: body or signature")
    .option("--age <duration>", "sign as if that long ago: 90s, 10m, 2h")
    .option("--times <n>", "send so many", wholeNumber, 1)
    .option("--same-id", "send the same event each time, as a provider's retry")
    .option("--print <form>", "print it as curl, http or fetch instead of sending it")
    .option("--show-response", "print the answer's body");
  withJsonOption(withSecretOptions(command))
    .addHelpText("after", EXAMPLES)
    .action((provider: string, type: string | undefined, options: SendOptions) =>
      send(provider, type, options),
    );
}

async function send(name: string, asked: string | undefined, options: SendOptions): Promise<void> {
  const output = outputTo(options.json ?? false);
  const { tamper, print } = options;
  if (tamper !== undefined && tamper !== "body" && tamper !== "signature") {
    throw new UsageError(`--tamper takes body or signature, not "${tamper}".`);
  }
  if (print !== undefined && !["curl", "http", "fetch"].includes(print)) {
    throw new UsageError(`--print takes curl, http or fetch, not "${print}".`);
  }
  const { provider, secret } = await providerAndSecrets(name, options);
  const type = options.body === undefined ? sampleType(provider, asked) : asked;
  if (options.body === undefined && !hasSample(provider, type)) {
    output.note(
      `There is no sample of ${provider.name}'s "${type ?? ""}": give --body, or set places with --set.`,
    );
  }
  let earlier: SignedRequest | undefined;
  for (let sent = 0; sent < options.times; sent++) {
    const request = await signedRequest({
      provider,
      secret,
      url: httpUrl(options.to),
      ...(type !== undefined && { type }),
      form: isSentAsForm(provider, type),
      ...(options.age !== undefined && { ageSeconds: parseDurationSeconds(options.age) }),
      ...(tamper !== undefined && { tamper }),
      ...(options.sameId === true && earlier !== undefined
        ? { duplicateOf: earlier }
        : { body: await bodyOf(provider, type, options) }),
    });
    earlier = request;
    const delivery = deliveryOf(request, options.header);
    if (print === undefined)
      await post(
        output,
        delivery,
        request.message.type ?? "delivery",
        options.showResponse ?? false,
      );
    else printAs(print, delivery, secret);
  }
}

/** Returns the bytes of a file, or a sample, with the changes that were asked for. */
async function bodyOf(
  provider: Provider<object>,
  type: string | undefined,
  { body, set = [] }: SendOptions,
): Promise<Uint8Array | object | string> {
  const start = body === undefined ? sampleBody(provider, type) : await bytesOnce(body);
  return changedBody(
    start,
    set.map((text) => pairOf(text, "--set")),
  );
}

const read = new Map<string, Buffer>();

/** Standard input can be read once only, and several deliveries may be sent. */
async function bytesOnce(file: string): Promise<Buffer> {
  const bytes = read.get(file) ?? (await readInput(file));
  read.set(file, bytes);
  return bytes;
}

function deliveryOf(request: SignedRequest, headers: readonly string[] = []): Captured {
  const changes = Object.fromEntries(headers.map((text) => pairOf(text, "--header")));
  return {
    receivedAtMs: Date.now(),
    url: request.url,
    method: request.method,
    headers: withHeaders(Object.entries(request.headers), changes),
    body: request.body,
  };
}

function printAs(form: string, delivery: Captured, secrets: readonly NamedSecret[]): void {
  const shown = withoutSecrets(
    delivery,
    secrets.map(({ secret }) => secret),
  );
  if (form === "http") process.stdout.write(asHttp(shown));
  else process.stdout.write(`${form === "curl" ? asCurl(shown) : asFetch(shown)}\n`);
}
