import { createReceiver, defineProvider } from "@countersign/core";
import {
  type StandardWebhookBody,
  standardWebhooks,
} from "@countersign/core/providers/standard-webhooks";

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
