export { type SourceOptions, sourceOf } from "./delivery-source.ts";
export { type HeldResponse, holdResponse } from "./hold-response.ts";
export { type BodyPlace, readBody } from "./read-body.ts";
export { type RequestParts, type RequestUrl, requestUrl } from "./request-url.ts";
export { leaveUnread, sendAnswer } from "./send-answer.ts";
export {
  answerReturned,
  warnOfReturned,
  type WrittenResponse,
  writtenOf,
} from "./send-response.ts";
export { thrownError } from "./thrown-error.ts";
export { type HandlerOf, type NodeContext, type NodeHandler, webhook } from "./webhook.ts";
