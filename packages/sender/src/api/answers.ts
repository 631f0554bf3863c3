import type { InputIssue } from "../subscription-input.ts";

/** Answers with JSON. */
export function json(body: object, init: ResponseInit = {}): Response {
  return new Response(JSON.stringify(body), {
    ...init,
    headers: { "content-type": "application/json", ...(init.headers as Record<string, string>) },
  });
}

/** Answers with a problem (RFC 9457). */
export function problem(
  status: number,
  code: string,
  title: string,
  issues?: readonly InputIssue[],
): Response {
  return json(
    { title, status, code, ...(issues && { issues }) },
    { status, headers: { "content-type": "application/problem+json" } },
  );
}

/** Answers 404. */
export function notFound(): Response {
  return problem(404, "not_found", "There is nothing here.");
}

/** Answers 405. */
export function notAllowed(allow: string): Response {
  const answer = problem(405, "method_not_allowed", `Only ${allow} is possible here.`);
  answer.headers.set("allow", allow);
  return answer;
}
