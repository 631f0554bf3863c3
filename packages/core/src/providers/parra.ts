import { preset, type Provider } from "../scheme/provider.ts";

/** The body of every Parra event. */
export interface ParraBody<Type extends string = string, Payload = unknown> {
  readonly id: string;
  readonly type: Type;
  /** The subject of the event; the part of `type` before the dot names its kind. */
  readonly payload: Payload;
}

/** The members of every payload. Times are in seconds since 1970. */
export interface ParraPayload {
  readonly id: string;
  readonly created_at?: number;
  readonly updated_at?: number;
  readonly [field: string]: unknown;
}

export interface ParraContact {
  readonly id: string;
  readonly username?: string;
  readonly phone_number?: string;
  readonly avatar_url?: string;
  readonly last_active_at?: number;
  readonly created_at?: number;
  readonly [field: string]: unknown;
}

export interface ParraMessage {
  readonly id: string;
  readonly conversation_id: string;
  readonly contact: ParraContact;
  readonly message: string;
  readonly reactions: readonly unknown[];
  readonly attachments: readonly unknown[];
  readonly read_at?: number | null;
  readonly created_at?: number;
  readonly updated_at?: number;
  readonly [field: string]: unknown;
}

/** The reference shows the id of a conversation and no more. */
export type ParraConversation = ParraPayload;

/** The reference names groups and shows none. */
export type ParraGroup = ParraPayload;

/** The reference names attachments and shows none. */
export type ParraAttachment = ParraPayload;

/** Parra's fifteen events. */
export interface ParraEvents {
  "contact.created": ParraBody<"contact.created", ParraContact>;
  "contact.updated": ParraBody<"contact.updated", ParraContact>;
  "contact.deleted": ParraBody<"contact.deleted", ParraContact>;
  "conversation.created": ParraBody<"conversation.created", ParraConversation>;
  "conversation.updated": ParraBody<"conversation.updated", ParraConversation>;
  "conversation.deleted": ParraBody<"conversation.deleted", ParraConversation>;
  "message.created": ParraBody<"message.created", ParraMessage>;
  "message.updated": ParraBody<"message.updated", ParraMessage>;
  "message.deleted": ParraBody<"message.deleted", ParraMessage>;
  "group.created": ParraBody<"group.created", ParraGroup>;
  "group.updated": ParraBody<"group.updated", ParraGroup>;
  "group.deleted": ParraBody<"group.deleted", ParraGroup>;
  "attachment.created": ParraBody<"attachment.created", ParraAttachment>;
  "attachment.updated": ParraBody<"attachment.updated", ParraAttachment>;
  "attachment.deleted": ParraBody<"attachment.deleted", ParraAttachment>;
}

/**
 * Parra.
 *
 * `parra-signature` is hex over the body as sent.
 *
 * - Secret: the webhook key from the dashboard's API settings, as text.
 * - Time: no delivery carries one of its own, so nothing but dedup guards against replay.
 * - Dedup: `content`. The body's `id` is signed, but both documented examples show the same one for two different events, so it
 *   may name the webhook. Payloads carry `updated_at`; two events with the same body to the last byte would count as one.
 * - Retries are not documented.
 *
 * Parra's reference ("Webhooks", whose page has no public address that could be named here) speaks of "the request payload"; it
 * is taken as the raw body, and the secret as UTF-8.
 */
export const parra: Provider<ParraEvents> = preset<ParraEvents>({
  name: "parra",
  signature: { header: "parra-signature", encoding: "hex" },
  id: { body: "/id" },
  type: { body: "/type" },
  dedup: "content",
});
