import { fetch } from "./app.ts";

declare const Deno: {
  serve(
    options: { port: number; hostname: string; onListen: (address: { port: number }) => void },
    handler: typeof fetch,
  ): void;
};

Deno.serve(
  {
    port: 0,
    hostname: "127.0.0.1",
    onListen: ({ port }) => console.log(`port ${port}`),
  },
  fetch,
);
