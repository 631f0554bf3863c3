export * from "./github.ts";
export * from "./para.ts";
export * from "./paradym.ts";
export * from "./parra.ts";
export * from "./standard-webhooks.ts";
export * from "./stripe.ts";
