import type { Captured } from "../captured.ts";

/** Writes a delivery as a raw HTTP/1.1 request: bytes, which `countersign verify` reads again. */
export function asHttp({ method, url, headers, body }: Captured): Uint8Array {
  const { host, pathname, search } = new URL(url);
  const has = (name: RegExp): boolean => headers.some(([each]) => name.test(each));
  const lines = [
    `${method} ${pathname}${search} HTTP/1.1`,
    ...(has(/^host$/i) ? [] : [`Host: ${host}`]),
    ...headers
      // The body is written whole.
      .filter(([name]) => !/^(transfer-encoding|content-length)$/i.test(name))
      .map(([name, value]) => `${name}: ${value}`),
    `Content-Length: ${body.length}`,
  ];
  return Buffer.concat([Buffer.from(`${lines.join("\r\n")}\r\n\r\n`, "latin1"), body]);
}
