import { createServer } from "node:http";
import { buffer } from "node:stream/consumers";
import { PassThrough } from "node:stream";
import type { AddressInfo } from "node:net";
import type { Host } from "./host-cases.ts";

type Function = (request: Request, context: never) => unknown;
type StreamingHandler = (event: object, answer: PassThrough, context: object) => Promise<void>;

/** The parts of an answer in front of its body. */
interface Head {
  readonly statusCode: number;
  readonly multiValueHeaders: Record<string, string[]>;
}

/**
 * Serves a function by the runtime that Netlify puts around it, in place of the gateway, and of Lambda with its global `awslambda`.
 *
 * @param path where the function is found
 */
export async function serveByNetlify(run: Function, path: string): Promise<Host> {
  const heads = new WeakMap<PassThrough, Head>();
  Object.assign(globalThis, {
    awslambda: {
      streamifyResponse: (handler: StreamingHandler) => handler,
      HttpResponseStream: {
        from: (answer: PassThrough, head: Head) => {
          heads.set(answer, head);
          return answer;
        },
      },
    },
  });
  const { getLambdaHandler } = await import("@netlify/serverless-functions-api");
  const handler = getLambdaHandler({ default: run as never }) as unknown as StreamingHandler;
  const server = createServer(async (req, res) => {
    const event = {
      rawUrl: `https://site.netlify.app${req.url}`,
      path: req.url,
      httpMethod: req.method,
      headers: { ...req.headers, "x-nf-client-connection-ip": req.socket.remoteAddress },
      body: (await buffer(req)).toString("base64"),
      isBase64Encoded: true,
    };
    const answer = new PassThrough();
    const written = buffer(answer);
    await handler(event, answer, { awsRequestId: "1", getRemainingTimeInMillis: () => 10_000 });
    const { statusCode, multiValueHeaders } = heads.get(answer) ?? {};
    res.writeHead(statusCode ?? 502, multiValueHeaders).end(await written);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}${path}`,
    close: () => {
      server.closeAllConnections();
      server.close();
    },
  };
}
