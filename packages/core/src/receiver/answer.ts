import type { WebhookError, WebhookErrorCode } from "../base/errors.ts";
import type { Answer } from "../delivery/answer.ts";

/** The longest that a sender is asked to wait. */
const MAX_RETRY_AFTER_SECONDS = 10;

/** How long a sender is asked to wait for a store or a secret that is away: nobody knows for how long it is. */
const UNAVAILABLE_RETRY_AFTER_SECONDS = 5;

const MAY_HAVE_NO_BODY: ReadonlySet<number> = new Set([204, 205]);

const PROBLEM = { "content-type": "application/problem+json" };
const JSON_TYPE = { "content-type": "application/json" };

/** Answers a sender; made once a receiver, since some providers want no body in any answer. */
export interface Answers {
  /** Answers an event that was stored in the inbox: 200 and no body, like a handler that sets neither. */
  stored(): Answer;
  /** Answers an event that was processed before. */
  duplicate(): Answer;
  /** Answers an event that is being processed right now. */
  inFlight(retryAfterSeconds: number): Answer;
  /** Answers a refused delivery, or a failed handler: title, status and code of the error, and nothing else. */
  error(error: WebhookError): Answer;
}

/**
 * Makes the answers for one provider.
 *
 * @param success the status of a duplicate: one that the provider counts as success
 * @param withoutBody answer with the status alone (`delivery.emptyAnswers`)
 */
export function answersFor(success: number, withoutBody: boolean): Answers {
  const shaped = (answer: Answer): Answer => frozen(withoutBody ? bodiless(answer) : answer);
  const duplicate: Answer = {
    status: success,
    headers: JSON_TYPE,
    body: JSON.stringify({ status: "duplicate" }),
  };
  const errors = new Map<WebhookErrorCode, Answer>();
  return {
    stored: () => ({ status: success, headers: {}, body: "" }),
    duplicate: () =>
      MAY_HAVE_NO_BODY.has(success) ? frozen(bodiless(duplicate)) : shaped(duplicate),
    inFlight: (seconds) => {
      const answer = problem(503, "in_flight", "The event is being processed right now.");
      return shaped(retriedAfter(seconds, answer));
    },
    // Made once a code: a flood of forgeries gets the same answer each time.
    error: ({ code, status, title }) => {
      const made = errors.get(code);
      if (made !== undefined) return made;
      const answer = problem(status, code, title);
      const shown = shaped(
        status === 503 ? retriedAfter(UNAVAILABLE_RETRY_AFTER_SECONDS, answer) : answer,
      );
      errors.set(code, shown);
      return shown;
    },
  };
}

/** Rounds up to whole seconds for a `Retry-After`: from 1 to {@link MAX_RETRY_AFTER_SECONDS}. */
export function retryAfterSeconds(ms: number): number {
  return Math.min(MAX_RETRY_AFTER_SECONDS, Math.max(1, Math.ceil(ms / 1000)));
}

function problem(status: number, code: string, title: string): Answer {
  return { status, headers: PROBLEM, body: JSON.stringify({ title, status, code }) };
}

function retriedAfter(seconds: number, answer: Answer): Answer {
  return { ...answer, headers: { ...answer.headers, "retry-after": String(seconds) } };
}

/** Whoever changes the answer to one delivery must not change those to others. */
function frozen(answer: Answer): Answer {
  Object.freeze(answer.headers);
  return Object.freeze(answer);
}

function bodiless(answer: Answer): Answer {
  const { "content-type": _, ...headers } = answer.headers;
  return { ...answer, headers, body: "" };
}
