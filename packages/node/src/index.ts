export { sourceOf } from "./delivery-source.ts";
export { holdResponse } from "./hold-response.ts";
export { type ParsedRequest, readBody } from "./read-body.ts";
export { sendAnswer } from "./send-answer.ts";
export { type NodeContext, type NodeHandler, webhook } from "./webhook.ts";
