/** The frameworks of the HTTP comparison. */
export const FRAMEWORKS = ["express", "koa", "fastify", "hono"] as const;
export type Framework = (typeof FRAMEWORKS)[number];

/** A route that somebody wrote by hand, and the same with the middleware. */
export const SIDES = ["hand", "ours"] as const;
export type Side = (typeof SIDES)[number];

export const SECRET = "It's a Secret to Everybody";
