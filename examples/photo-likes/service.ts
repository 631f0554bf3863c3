import { subscriptionsApi } from "@countersign/sender";
import type { System } from "./system.ts";

/**
 * The photo service: `/subscription` manages subscriptions, `/like/:id` likes a photo, and `/queue` says how many jobs wait. Liking only adds an
 * event to the queue, so that nobody waits for the deliveries.
 *
 * Who sends `X-User` has subscriptions of their own, which get their own likes alone.
 */
export function photoService({
  publisher,
  waiting,
}: Pick<System, "publisher" | "waiting">): (request: Request) => Promise<Response> {
  const subscriptions = subscriptionsApi({
    publisher,
    basePath: "/subscription",
    // It listens on loopback, and believes the header. Elsewhere, ask for a token here.
    authorize: ({ headers }) => {
      const owner = headers.get("x-user");
      return owner === null || owner === "" ? true : { owner };
    },
  });

  return async (request) => {
    const { pathname } = new URL(request.url);
    if (pathname === "/queue") return Response.json({ waiting: await waiting() });
    const photo = /^\/like\/([\w-]{1,64})$/.exec(pathname)?.[1];
    if (photo === undefined) return subscriptions(request);
    // The reference likes a photo by GET; by DELETE nobody means to like it.
    if (request.method !== "GET" && request.method !== "POST") {
      return new Response(null, { status: 405, headers: { allow: "GET, POST" } });
    }
    const { id } = await publisher.publish({
      type: "LIKED_PHOTO",
      owner: request.headers.get("x-user") || undefined,
      body: { type: "LIKED_PHOTO", timestamp: new Date().toISOString(), data: { photo } },
    });
    return Response.json({ liked: photo, event: id }, { status: 202 });
  };
}
