import { connect } from "node:net";

/** Where the tests look for servers; loopback unless the environment says otherwise. */
export const DATABASE_URL: string =
  process.env["DATABASE_URL"] ?? "postgres://postgres@127.0.0.1:5432/test";
export const REDIS_URL: string = process.env["REDIS_URL"] ?? "redis://127.0.0.1:6379";

/**
 * Says whether a server is there. Where it is not, tests skip naming what is missing; under `REQUIRE_SERVICES=1` that is an error.
 */
export async function isReachable(name: string, url: string): Promise<boolean> {
  const { hostname, port } = new URL(url);
  const reachable = await new Promise<boolean>((resolve) => {
    const socket = connect({ host: hostname, port: Number(port) });
    socket.setTimeout(2000, () => socket.destroy(new Error("timed out")));
    socket.once("connect", () => {
      socket.destroy();
      resolve(true);
    });
    socket.once("error", () => resolve(false));
  });
  if (!reachable && process.env["REQUIRE_SERVICES"] === "1") {
    throw new Error(`${name} is not reachable at ${url}, and REQUIRE_SERVICES=1`);
  }
  return reachable;
}
