// What explain() costs for forged deliveries, which get the whole search. Run: npm run bench:explain in test/, after a build
import { sign } from "@countersign/core";
import { explain } from "@countersign/core/explain";
import { github } from "@countersign/core/providers";

const SECRET = "It's a Secret to Everybody";

function jsonOf(bytes: number): string {
  const items = [];
  for (let length = 0; length < bytes; length += 90) {
    items.push({ id: items.length, name: "Zoë & Co", url: "https://example.com/a", price: 9.5 });
  }
  return JSON.stringify({ type: "x", items });
}

for (const bytes of [200, 1000, 4000, 16_000, 150_000]) {
  const times: number[] = [];
  let work = { hypotheses: 0, bytes: 0, exhausted: false };
  for (let round = 0; round < 20; round++) {
    const body = jsonOf(bytes);
    const { headers } = await sign(
      { body },
      { provider: github, secret: `forged ${round} xxxxxxx` },
    );
    const startedAt = performance.now();
    const { searched } = await explain({ headers, body }, { provider: github, secret: SECRET });
    times.push(performance.now() - startedAt);
    work = searched;
  }
  times.sort((a, b) => a - b);
  const at = (share: number): string =>
    (times[Math.floor(share * (times.length - 1))] ?? 0).toFixed(0);
  console.log(
    `explain, ${bytes} bytes: median ${at(0.5)} ms, p95 ${at(0.95)} ms; ${work.hypotheses} hypotheses, ${(work.bytes / 2 ** 20).toFixed(1)} MiB`,
  );
}
