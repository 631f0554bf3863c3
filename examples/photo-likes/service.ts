import { type Publisher, subscriptionsApi } from "@countersign/sender";

/**
 * The photo service: `/subscription` manages subscriptions, and `/like/:id` likes a photo. Liking only adds an event to the queue, so that
 * nobody waits for the deliveries.
 */
export function photoService(publisher: Publisher): (request: Request) => Promise<Response> {
  const subscriptions = subscriptionsApi({
    publisher,
    basePath: "/subscription",
    // It listens on loopback. Elsewhere, ask for a token here.
    authorize: () => true,
  });

  return async (request) => {
    const { pathname } = new URL(request.url);
    const photo = /^\/like\/([\w-]{1,64})$/.exec(pathname)?.[1];
    if (photo === undefined) return subscriptions(request);
    // The reference likes a photo by GET; by DELETE nobody means to like it.
    if (request.method !== "GET" && request.method !== "POST") {
      return new Response(null, { status: 405, headers: { allow: "GET, POST" } });
    }
    const { id } = await publisher.publish({
      type: "LIKED_PHOTO",
      body: { type: "LIKED_PHOTO", timestamp: new Date().toISOString(), data: { photo } },
    });
    return Response.json({ liked: photo, event: id }, { status: 202 });
  };
}
