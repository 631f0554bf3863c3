import { types } from "node:util";
import { configError } from "./config-error.ts";
import type { NewEvent, PublishedEvent } from "./event.ts";
import { isEmptyInJson } from "./json-body.ts";
import { newEventId } from "./sender.ts";
import { isText } from "./text.ts";

/** Refuses here what could neither be delivered nor recorded later, when nobody is there any more who could be told. */
export function publishedEvent({
  id = newEventId(),
  type,
  body,
  timestamp,
  subject,
  owner,
}: NewEvent): PublishedEvent {
  const texts = { id, type, ...(subject && { subject }), ...(owner !== undefined && { owner }) };
  for (const [field, value] of Object.entries(texts)) {
    if (!isText(value)) {
      throw configError(
        `The event's ${field} must be text of 1 to 256 characters, none of them a control character.`,
      );
    }
  }
  const isBody = typeof body === "string" || (typeof body === "object" && body !== null);
  if (!isBody || ArrayBuffer.isView(body) || types.isAnyArrayBuffer(body) || isEmptyInJson(body)) {
    throw configError(
      "The event's body must be an object or text. Decode bytes to text first, and make a plain object of a Map or a form.",
    );
  }
  const timestampMs = Number(timestamp ?? Date.now());
  if (Number.isNaN(new Date(timestampMs).getTime())) {
    throw configError(
      "The event's timestamp is not a valid date. Give a Date, or milliseconds since 1970.",
    );
  }
  return {
    id,
    type,
    body,
    timestampMs,
    ...(subject !== undefined && { subject }),
    ...(owner !== undefined && { owner }),
  };
}
