/**
 * The whole system in one process: the service, a worker, and the album at the other end. With AMQP_URL (and DATABASE_URL) any number of
 * processes share the work: ROLE=service only takes likes, ROLE=worker only delivers.
 */
import { serveFetch } from "../serve-fetch.ts";
import { type Album, album } from "./album.ts";
import { photoService } from "./service.ts";
import { checkRole, createSystem } from "./system.ts";

const { ROLE = "all", PORT = "3000", ALBUM = "1" } = process.env;
checkRole(ROLE, process.env);
const together = ROLE === "all";
const system = await createSystem({
  // In one process everything is on this machine.
  ...(together && { ALLOW_PRIVATE_ADDRESSES: "1" }),
  ...process.env,
});
const { publisher } = system;
const closes: (() => Promise<void>)[] = [];

if (ROLE !== "service") await publisher.start();
if (ROLE !== "worker") {
  const service = await serveFetch(photoService(publisher), Number(PORT));
  closes.push(() => service.close());
  console.info(`service: ${service.url}/subscription and ${service.url}/like/:id`);

  if (together && ALBUM === "1") {
    // Its secret is only known when it has been subscribed, for which its URL must be known.
    let saved: Album | undefined;
    const cloud = await serveFetch(
      async (request) => saved?.handle(request) ?? new Response(null, { status: 503 }),
    );
    closes.push(() => cloud.close());
    const response = await fetch(`${service.url}/subscription`, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify({ url: `${cloud.url}/uploadImage`, eventTypes: ["LIKED_PHOTO"] }),
    });
    const { id, secret } = (await response.json()) as { id: string; secret: string };
    saved = await album(secret, process.env["ALBUM_FILE"]);
    closes.push(() => saved?.close() ?? Promise.resolve());
    console.info(`album: ${cloud.url}/uploadImage, subscribed as ${id}`);
  }
}

async function stop(): Promise<void> {
  for (const end of [...closes, () => system.close()]) {
    // oxlint-disable-next-line no-await-in-loop -- in this order
    await end();
  }
}
process.once("SIGINT", () => void stop());
process.once("SIGTERM", () => void stop());
