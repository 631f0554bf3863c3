import { createHmac, timingSafeEqual } from "node:crypto";
import { WebhookVerificationService } from "@hookflo/tern";
import { verify as octokitVerify } from "@octokit/webhooks-methods";
import type { Provider } from "@countersign/core";
import { github, para, shopify, standardWebhooks, stripe } from "@countersign/core/providers";
// Sets the library up for Node; it has no names of its own.
// oxlint-disable-next-line import/no-unassigned-import
import "@shopify/shopify-api/adapters/node";
import { ApiVersion, shopifyApi } from "@shopify/shopify-api";
import { Webhook as StandardWebhook } from "standardwebhooks";
import { Stripe } from "stripe";
import { Webhook as SvixWebhook } from "svix";

const SECRET = "It's a Secret to Everybody";
const STANDARD_SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";
const STANDARD_KEY = Buffer.from(STANDARD_SECRET.slice("whsec_".length), "base64");
const TOLERANCE_SECONDS = 300;

type Bytes = Buffer<ArrayBuffer>;
type Headers = Readonly<Record<string, string>>;
type Check = (body: Bytes, headers: Headers) => unknown;

/** A provider's scheme, with the snippet that people write for it by hand, and the libraries that verify it. */
export interface BenchedScheme {
  readonly name: string;
  readonly provider: Provider<object>;
  readonly secret: string;
  readonly snippet: (body: Bytes, headers: Headers) => boolean;
  /** What only verifies is compared with `check()`, what also parses with `verify()`. */
  readonly peers: readonly {
    readonly name: string;
    readonly parses: boolean;
    readonly run: Check;
  }[];
}

function isSame(own: string, given: string): boolean {
  const [left, right] = [Buffer.from(own), Buffer.from(given)];
  return left.length === right.length && timingSafeEqual(left, right);
}

function isFresh(timestamp: string): boolean {
  return Math.abs(Date.now() / 1000 - Number(timestamp)) <= TOLERANCE_SECONDS;
}

/** The hand-written verification of GitHub's documentation, with the fixed-time comparison. */
function snippetGithub(body: Bytes, headers: Headers): boolean {
  const expected = `sha256=${createHmac("sha256", SECRET).update(body).digest("hex")}`;
  return isSame(expected, headers["x-hub-signature-256"] ?? "");
}

function snippetPara(body: Bytes, headers: Headers): boolean {
  const expected = createHmac("sha256", SECRET).update(body).digest("base64");
  return isSame(expected, headers["x-webhook-signature"] ?? "");
}

function snippetStripe(body: Bytes, headers: Headers): boolean {
  let timestamp = "";
  const signatures: string[] = [];
  for (const part of (headers["stripe-signature"] ?? "").split(",")) {
    const [name, value = ""] = part.split("=", 2);
    if (name === "t") timestamp = value;
    if (name === "v1") signatures.push(value);
  }
  if (!isFresh(timestamp)) return false;
  const own = createHmac("sha256", SECRET).update(`${timestamp}.`).update(body).digest("hex");
  return signatures.some((given) => isSame(own, given));
}

function snippetStandard(body: Bytes, headers: Headers): boolean {
  const { "webhook-id": id = "", "webhook-timestamp": timestamp = "" } = headers;
  if (!isFresh(timestamp)) return false;
  const own = createHmac("sha256", STANDARD_KEY)
    .update(`${id}.${timestamp}.`)
    .update(body)
    .digest("base64");
  return (headers["webhook-signature"] ?? "")
    .split(" ")
    .some((item) => item.startsWith("v1,") && isSame(own, item.slice("v1,".length)));
}

const stripeClient = new Stripe("sk_test_of_nobody");
const standard = new StandardWebhook(STANDARD_SECRET);
const svix = new SvixWebhook(STANDARD_SECRET);

const shopifyClient = shopifyApi({
  apiKey: "nobody",
  apiSecretKey: SECRET,
  apiVersion: ApiVersion.October25,
  hostName: "example.com",
  isEmbeddedApp: false,
  logger: { log: () => {} },
});

function snippetShopify(body: Bytes, headers: Headers): boolean {
  const expected = createHmac("sha256", SECRET).update(body).digest("base64");
  return isSame(expected, headers["x-shopify-hmac-sha256"] ?? "");
}

async function shopifyApiCheck(body: Bytes, headers: Headers): Promise<boolean> {
  const rawRequest = {
    method: "POST",
    url: "/",
    headers: {
      ...headers,
      "x-shopify-topic": "orders/create",
      "x-shopify-shop-domain": "shop.myshopify.com",
      "x-shopify-api-version": "2025-10",
      "x-shopify-webhook-id": "1",
    },
  };
  const result = await shopifyClient.webhooks.validate({ rawBody: body.toString(), rawRequest });
  return result.valid;
}

async function ternGithub(body: Bytes, headers: Headers): Promise<boolean> {
  const request = new Request("https://example.com/", { method: "POST", headers, body });
  const result = await WebhookVerificationService.verifyWithPlatformConfig(
    request,
    "github",
    SECRET,
  );
  return result.isValid;
}

export const SCHEMES: readonly BenchedScheme[] = [
  {
    name: "GitHub",
    provider: github,
    secret: SECRET,
    snippet: snippetGithub,
    peers: [
      {
        name: "@octokit/webhooks-methods",
        parses: false,
        run: (body, headers) =>
          octokitVerify(SECRET, body.toString(), headers["x-hub-signature-256"] ?? ""),
      },
      { name: "@hookflo/tern", parses: true, run: ternGithub },
    ],
  },
  {
    name: "Stripe",
    provider: stripe,
    secret: SECRET,
    snippet: snippetStripe,
    peers: [
      {
        name: "stripe",
        parses: true,
        run: (body, headers) =>
          stripeClient.webhooks.constructEvent(body, headers["stripe-signature"] ?? "", SECRET),
      },
    ],
  },
  {
    name: "Standard Webhooks",
    provider: standardWebhooks,
    secret: STANDARD_SECRET,
    snippet: snippetStandard,
    peers: [
      {
        name: "standardwebhooks",
        parses: true,
        run: (body, headers) => standard.verify(body.toString(), headers),
      },
      {
        name: "svix",
        parses: true,
        run: (body, headers) => svix.verify(body.toString(), headers),
      },
    ],
  },
  {
    name: "Shopify",
    provider: shopify,
    secret: SECRET,
    snippet: snippetShopify,
    peers: [{ name: "@shopify/shopify-api", parses: false, run: shopifyApiCheck }],
  },
  { name: "Para", provider: para, secret: SECRET, snippet: snippetPara, peers: [] },
];
