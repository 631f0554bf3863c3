import {
  defineProvider,
  type Provider,
  type ReceiptRecord,
  type SignedMessage,
  type SignMessage,
  sign,
} from "@countersign/core";
import { para, paradym, parra } from "@countersign/core/providers";
import { webhook } from "@countersign/express";
import express, { type ErrorRequestHandler, type Express } from "express";

/** One webhook route, with what the demo wants to know about it. */
export interface Endpoint {
  readonly name: string;
  readonly path: string;
  readonly header: string;
  /** How the signature is written, and what must stand in front of it. */
  readonly encoding: "hex" | "base64";
  readonly prefix: string;
  /** Whether a time of the attempt is signed, so that an old delivery can be told. */
  readonly guardsTime: boolean;
  /** Whether deliveries also come as forms. */
  readonly sendsForms: boolean;
  /** The documented payload, made a different event by `serial`. */
  readonly payload: (serial: number) => object;
  /** Signs as the provider does, with the real secret or with another. */
  readonly sign: (
    message: SignMessage,
    secret?: string,
    now?: () => number,
  ) => Promise<SignedMessage>;
  /** What `onReceipt` has reported. */
  readonly receipts: ReceiptRecord[];
  /** How often the handler ran. */
  runs: number;
  /** What the handler does. */
  work: () => Promise<void> | void;
}

interface AcmeEvents {
  "invoice.paid": { id: string; type: "invoice.paid"; data: { invoice: string; amount: number } };
}

/** A provider without a preset: its documentation, written down as data. */
const acme: Provider<AcmeEvents> = defineProvider<AcmeEvents>({
  name: "acme",
  signature: {
    header: "X-Signature",
    encoding: "hex",
    prefix: "sha256=",
    content: "{timestamp}.{body}",
  },
  timestamp: { header: "X-Timestamp", unit: "seconds", of: "attempt", toleranceSeconds: 300 },
  id: { body: "/id" },
  type: { body: "/type" },
  dedup: "id",
});

/** The app that the demo sends to: one route a provider. */
export function createApp(): { readonly app: Express; readonly endpoints: readonly Endpoint[] } {
  const app = express();
  const endpoints = [
    mount(app, para, "the secret of the webhook object", (serial) => ({
      appid: "myapp",
      event: "create",
      timestamp: 1_486_848_081_865 + serial,
      items: [{ id: `question-${serial}`, type: "question", name: "What’s up – 100 %?" }],
    })),
    mount(app, parra, "a webhook key from the dashboard", (serial) => ({
      id: "a056V7R7NmNRjl70",
      type: "message.updated",
      payload: {
        id: "SIuAFUNKdSYHZF2w",
        conversation_id: "xgQQXg3hrtjh7AvZ",
        contact: {
          id: "WAz8eIbvDR60rouK",
          username: "KevinMcCallister",
          phone_number: "1-800-759-3000",
          avatar_url: "https://assets.parra.io/avatars/kevin.jpg",
          last_active_at: 705_103_200,
          created_at: 692_233_200,
        },
        message: "I’m traveling with my dad. He’s at a meeting. I hate meetings.",
        reactions: [],
        attachments: [],
        read_at: 705_103_200,
        created_at: 692_233_200,
        updated_at: 692_233_200 + serial,
      },
    })),
    mount(app, paradym, "shown once, when the webhook is made", (serial) => ({
      webhookId: "webhook-id",
      webhookPublishedAt: "time-of-publication",
      projectId: "project-id",
      eventType: "workflowExecution.failed",
      payload: {
        workflowId: "workflow-id",
        workflowExecutionId: `workflow-execution-id-${serial}`,
        workflowActionId: "workflow-action-id",
        error: { message: "error-message", code: "error-code", details: "error-details" },
      },
    })),
    mount(app, acme, "a secret shared with acme", (serial) => ({
      id: `evt_${serial}`,
      type: "invoice.paid",
      data: { invoice: `in_${serial}`, amount: 4200 },
    })),
  ];
  app.use(answerFailure);
  return { app, endpoints };
}

function mount<Events extends object>(
  app: Express,
  provider: Provider<Events>,
  secret: string,
  payload: Endpoint["payload"],
): Endpoint {
  const { name, signature, body, timestamp } = provider;
  const endpoint: Endpoint = {
    name,
    path: `/${name}`,
    header: String(signature.header),
    encoding: signature.encoding === "hex" ? "hex" : "base64",
    prefix: signature.prefix ?? "",
    guardsTime: timestamp?.of === "attempt",
    sendsForms: body?.formField !== undefined,
    payload,
    sign: (message, using = secret, now = Date.now) =>
      sign(message, { provider, secret: using, now }),
    receipts: [],
    runs: 0,
    work: () => {},
  };
  app.post(
    endpoint.path,
    webhook(
      {
        provider,
        secret,
        // Copies are asked to come again, whatever the provider: where it never does, they would wait for the first one by default.
        whileInFlight: "reject",
        onStoreError: "accept",
        onReceipt: (receipt) => endpoint.receipts.push(receipt),
      },
      async () => {
        endpoint.runs++;
        await endpoint.work();
      },
    ),
  );
  return endpoint;
}

/** Express's own would print the stack of a failure that the demo makes on purpose. */
const answerFailure: ErrorRequestHandler = (_error, _req, res, _next) => {
  res.status(500).end();
};
