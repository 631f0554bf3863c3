export { type SourceOptions, sourceOf } from "./delivery-source.ts";
export { type HeldResponse, holdResponse } from "./hold-response.ts";
export { type BodyPlace, readBody } from "./read-body.ts";
export { leaveUnread, sendAnswer } from "./send-answer.ts";
export { thrownError } from "./thrown-error.ts";
export { type NodeContext, type NodeHandler, webhook } from "./webhook.ts";
