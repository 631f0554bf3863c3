import { fetch } from "./app.ts";

declare const Bun: {
  serve(options: { port: number; hostname: string; fetch: typeof fetch }): { port: number };
};

const { port } = Bun.serve({ port: 0, hostname: "127.0.0.1", fetch });
process.stdout.write(`port ${port}\n`);
