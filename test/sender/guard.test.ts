import type { LookupAddress, LookupOptions } from "node:dns";
import type { LookupFunction } from "node:net";
import { github } from "@countersign/core/providers";
import { createSender, isPublicAddress, type Sender } from "@countersign/sender";
import { describe, expect, test } from "vitest";
import { answer, rawServer } from "./raw-server.ts";

const secret = "a secret of some length, as text";
const request = (url: string): Parameters<Sender["send"]>[0] => ({
  url,
  provider: github,
  secret,
  body: {},
});

/** A resolver with answers of ours, one after the other; the last is repeated. */
function resolving(...answers: string[][]): LookupFunction & { calls: number } {
  const lookup = (
    _: string,
    options: LookupOptions,
    callback: (error: null, found: LookupAddress[] | string, family?: number) => void,
  ): void => {
    const addresses = answers[Math.min(lookup.calls++, answers.length - 1)] ?? [];
    const found = addresses.map((address) => ({ address, family: address.includes(":") ? 6 : 4 }));
    if (options.all === true) callback(null, found);
    else callback(null, found[0]?.address ?? "", found[0]?.family);
  };
  lookup.calls = 0;
  return lookup;
}

describe("by default", () => {
  const sender = createSender();

  test.each([
    "https://127.0.0.1/",
    "https://127.1/",
    "https://0x7f.0.0.1/",
    "https://2130706433/",
    "https://0177.0.0.1/",
    "https://0.0.0.0/",
    "https://10.1.2.3/",
    "https://172.16.0.1/",
    "https://192.168.1.1/",
    "https://100.64.0.1/",
    "https://169.254.169.254/latest/meta-data/",
    "https://198.18.0.1/",
    "https://224.0.0.1/",
    "https://255.255.255.255/",
    "https://[::]/",
    "https://[::1]/",
    "https://[::ffff:127.0.0.1]/",
    "https://[::ffff:a9fe:a9fe]/",
    "https://[::127.0.0.1]/",
    "https://[64:ff9b::7f00:1]/",
    "https://[2002:7f00:1::]/",
    "https://[fe80::1]/",
    "https://[fec0::1]/",
    "https://[fd00:ec2::254]/",
    "https://[ff02::1]/",
    "https://[2001:db8::1]/",
  ])("%s is refused before anything is connected to", async (url) => {
    const record = await sender.send(request(url));
    expect(record).toMatchObject({ outcome: "failed", attempts: [{ error: "url" }] });
  });

  test.each([
    ["http://example.com/", "https"],
    ["ftp://example.com/", "https"],
    ["file:///etc/passwd", "https"],
    ["https://user:pass@example.com/", "password"],
    ["/webhooks", "absolute"],
    ["", "absolute"],
  ])("%j is refused, with a sentence for whoever gave it", async (url, word) => {
    expect(sender.refusalOf(url)).toContain(word);
    expect((await sender.send(request(url))).attempts).toMatchObject([{ error: "url" }]);
  });

  test("a URL with a name or a public address may be tried", () => {
    expect(sender.refusalOf("https://example.com/hook")).toBeUndefined();
    expect(sender.refusalOf("https://93.184.215.14/hook")).toBeUndefined();
    expect(sender.refusalOf("https://[2606:2800:21f:cb07:6820:80da:af6b:8b2c]/")).toBeUndefined();
  });

  test("a name that resolves to this machine is not connected to", async () => {
    const server = await rawServer((socket) => socket.write(answer("200 OK")));
    const plain = createSender({ allowHttp: true });
    const url = server.url.replace("127.0.0.1", "localhost");
    const record = await plain.send(request(url));
    expect(record).toMatchObject({ outcome: "failed", attempts: [{ error: "blocked" }] });
    expect(record.attempts[0]?.detail).toContain("localhost");
    expect(server.connections).toBe(0);
    await server.close();
    await plain.close();
  });

  test("a name without addresses is a failure of DNS", async () => {
    const record = await sender.send(request("https://no-such-name.invalid/"));
    expect(record).toMatchObject({ outcome: "failed", attempts: [{ error: "dns" }] });
  });
});

test("a name that nobody resolves ends with the attempt's time", async () => {
  const sender = createSender({ timeoutMs: 200, lookup: () => {} });
  const startMs = performance.now();
  const record = await sender.send(request("https://silent.example/"));
  expect(record.attempts).toMatchObject([{ error: "timeout" }]);
  expect(performance.now() - startMs).toBeLessThan(4000);
});

describe("a name that resolves to a private address", () => {
  test("among public ones is not connected to there", async () => {
    const server = await rawServer((socket) => socket.write(answer("200 OK")));
    // Public in form, and leading nowhere: TEST-NET would be refused, so it is a port that nobody answers on.
    const lookup = resolving(["127.0.0.1", "93.184.215.14"]);
    const sender = createSender({ allowHttp: true, lookup, timeoutMs: 300 });
    const record = await sender.send(request(server.url.replace("127.0.0.1", "two.example")));
    expect(record.outcome).toBe("failed");
    expect(record.attempts[0]?.error).not.toBe("blocked");
    expect(server.connections).toBe(0);
    await server.close();
    await sender.close();
  });

  test("only at the second look (DNS rebinding) is not connected to either", async () => {
    const server = await rawServer((socket) => socket.write(answer("200 OK")));
    const lookup = resolving(["93.184.215.14"], ["127.0.0.1"]);
    const sender = createSender({
      allowHttp: true,
      lookup,
      timeoutMs: 300,
      retry: { delaysSeconds: [0], jitter: 0 },
    });
    const record = await sender.send(request(server.url.replace("127.0.0.1", "rebind.example")));
    expect(record.outcome).toBe("failed");
    expect(record.attempts.at(-1)?.error).toBe("blocked");
    expect(lookup.calls).toBe(2);
    expect(server.connections).toBe(0);
    await server.close();
    await sender.close();
  });

  test("wrapped in an IPv6 address is blocked too", async () => {
    const lookup = resolving(["::ffff:127.0.0.1", "::1"]);
    const sender = createSender({ allowHttp: true, lookup });
    const record = await sender.send(request("http://wrapped.example/"));
    expect(record.attempts).toMatchObject([{ error: "blocked" }]);
    await sender.close();
  });

  test("is delivered to where private addresses are allowed", async () => {
    const server = await rawServer((socket) => socket.write(answer("200 OK")));
    const sender = createSender({ allowPrivateAddresses: true });
    const record = await sender.send(request(server.url.replace("127.0.0.1", "localhost")));
    expect(record.outcome).toBe("delivered");
    await server.close();
    await sender.close();
  });
});

test("an IPv6 address that wraps or tunnels a public IPv4 one is not public, but for the mapped form", () => {
  const wrapping = [
    "::8.8.8.8",
    "0:0:0:0:0:0:8.8.8.8",
    "::808:808",
    "64:ff9b::8.8.8.8",
    "64:ff9b:1::808:808",
    "2002:808:808::1",
    "2001:0:808:808::1",
    "::ffff:0:8.8.8.8",
  ];
  expect(wrapping.filter((address) => isPublicAddress(address))).toEqual([]);
  expect(isPublicAddress("::ffff:8.8.8.8")).toBe(true);
});

test("what is no address is not a public one", () => {
  expect(
    ["", "example.com", "1.2.3", "::g", "8.8.8.8/8", "2606:4700::1%eth0", "fe80::1%1"].filter(
      (text) => isPublicAddress(text),
    ),
  ).toEqual([]);
  expect(isPublicAddress("8.8.8.8")).toBe(true);
  expect(isPublicAddress("2606:4700:4700::1111")).toBe(true);
});

test("IPv6 that nobody has, or nobody has any more, is not public", () => {
  const unused = ["3ffe::1", "3fff::1", "3000::1", "3d00::1", "4000::1"];
  expect(unused.filter((address) => isPublicAddress(address))).toEqual([]);
});
