import { WebhookError } from "../base/errors.ts";

/** A middleware behind another would find the event in flight, held by the first one of the same request, and none would be processed. */
export function secondMiddleware(): WebhookError {
  return new WebhookError(
    "config_invalid",
    "A webhook() middleware in front of this one has accepted the request already, and a request goes through one. Take one away: often it stands in app.use() and at the route.",
  );
}
