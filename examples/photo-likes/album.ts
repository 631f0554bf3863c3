import { fileURLToPath } from "node:url";
import { createReceiver, defineProvider } from "@countersign/core";
import {
  type StandardWebhookBody,
  standardWebhooks,
} from "@countersign/core/providers/standard-webhooks";
import { serveFetch } from "../serve-fetch.ts";

/** The photo service signs as Standard Webhooks says; these are its events. */
const photoLikes = defineProvider<{
  LIKED_PHOTO: StandardWebhookBody<"LIKED_PHOTO", { photo: string }>;
}>(standardWebhooks);

/** The cloud album at the other end: it saves every photo that is liked, once. */
export interface Album {
  /** The photos that were saved, in order. */
  readonly photos: readonly string[];
  readonly handle: (request: Request) => Promise<Response>;
}

/**
 * @param secret what the subscription's answer shows once
 */
export function album(secret: string): Album {
  const photos: string[] = [];
  const receiver = createReceiver({ provider: photoLikes, secret });
  return {
    photos,
    handle: (request) =>
      receiver.handle(request, (event) => {
        const { photo } = event.body.data;
        photos.push(photo);
        console.info(`album: saved photo ${photo} (${event.id})`);
      }),
  };
}

/** An album that is subscribed, and what closes it. */
export interface RunningAlbum {
  readonly id: string;
  readonly url: string;
  close(): Promise<void>;
}

/**
 * Starts the album, and subscribes it to likes.
 *
 * @param serviceUrl where the photo service is
 * @param port where the album listens; 0 is any
 */
export async function startAlbum(serviceUrl: string, port: number = 0): Promise<RunningAlbum> {
  // Its secret is only known when it has been subscribed, for which its URL must be known.
  let saved: Album | undefined;
  const cloud = await serveFetch(
    async (request) => saved?.handle(request) ?? new Response(null, { status: 503 }),
    port,
  );
  const url = `${cloud.url}/uploadImage`;
  const response = await fetch(`${serviceUrl}/subscription`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ name: "cloud album", url, eventTypes: ["LIKED_PHOTO"] }),
  });
  if (response.status !== 201) {
    await cloud.close();
    throw new Error(`The photo service refused the subscription: ${await response.text()}`);
  }
  const { id, secret } = (await response.json()) as { id: string; secret: string };
  saved = album(secret);
  return { id, url, close: () => cloud.close() };
}

// The external service, as a process of its own.
if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const { SERVICE_URL = "http://localhost:3000", PORT = "3001" } = process.env;
  const running = await startAlbum(SERVICE_URL, Number(PORT));
  console.info(`album: ${running.url}, subscribed as ${running.id}`);
  process.once("SIGINT", () => void running.close());
  process.once("SIGTERM", () => void running.close());
}
