import { STATUS_CODES } from "node:http";
import { isAlbEvent, isHttpEvent, type LambdaEvent } from "./lambda-event.ts";

/** The answer, in the form that the event's sender understands; it fits the results in `@types/aws-lambda`. */
export interface LambdaAnswer {
  statusCode: number;
  body: string;
  isBase64Encoded: boolean;
  headers?: Record<string, string>;
  multiValueHeaders?: Record<string, string[]>;
  cookies?: string[];
  statusDescription?: string;
}

/** Writes a `Response` in the form that belongs to the event. */
export async function answerTo(event: LambdaEvent, response: Response): Promise<LambdaAnswer> {
  const { status } = response;
  const answer = { statusCode: status, ...bodyOf(Buffer.from(await response.arrayBuffer())) };
  const cookies = response.headers.getSetCookie();
  if (isHttpEvent(event)) {
    const headers = Object.fromEntries(response.headers);
    delete headers["set-cookie"];
    return { ...answer, headers, ...(cookies.length > 0 && { cookies }) };
  }
  if (!isAlbEvent(event)) return { ...answer, multiValueHeaders: listsOf(response, cookies) };
  const statusDescription = `${status} ${STATUS_CODES[status] ?? ""}`.trim();
  // A load balancer reads only the one or the other, by the setting of its target group.
  return event.multiValueHeaders == null
    ? { ...answer, statusDescription, headers: Object.fromEntries(response.headers) }
    : { ...answer, statusDescription, multiValueHeaders: listsOf(response, cookies) };
}

function listsOf({ headers }: Response, cookies: string[]): Record<string, string[]> {
  const lists = Object.fromEntries([...headers].map(([name, value]) => [name, [value]]));
  return cookies.length > 0 ? { ...lists, "set-cookie": cookies } : lists;
}

/** Passes UTF-8 as text, and all else in base64. */
function bodyOf(bytes: Buffer): Pick<LambdaAnswer, "body" | "isBase64Encoded"> {
  const text = bytes.toString("utf8");
  return Buffer.from(text).equals(bytes)
    ? { body: text, isBase64Encoded: false }
    : { body: bytes.toString("base64"), isBase64Encoded: true };
}
