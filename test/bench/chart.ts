/** One bar: what was measured, and how much. */
export interface Bar {
  readonly label: string;
  readonly value: number;
  /** Drawn in another colour. */
  readonly isOurs?: boolean;
}

/** What a chart shows. */
export interface Chart {
  readonly title: string;
  /** Where the numbers come from. */
  readonly note: string;
  readonly unit: string;
  readonly bars: readonly Bar[];
}

const WIDTH = 720;
const LABEL_WIDTH = 300;
const VALUE_WIDTH = 70;
const ROW_HEIGHT = 22;
const HEAD_HEIGHT = 40;

/** Draws horizontal bars as SVG, legible on light and dark pages. */
export function barChart({ title, note, unit, bars }: Chart): string {
  const largest = Math.max(...bars.map(({ value }) => value));
  const height = HEAD_HEIGHT + bars.length * ROW_HEIGHT + 28;
  const rows = bars.map(({ label, value, isOurs = false }, index) => {
    const y = HEAD_HEIGHT + index * ROW_HEIGHT;
    const width = Math.max(1, ((WIDTH - LABEL_WIDTH - VALUE_WIDTH) * value) / largest);
    return [
      `<text x="${LABEL_WIDTH - 8}" y="${y + 15}" text-anchor="end">${escaped(label)}</text>`,
      `<rect x="${LABEL_WIDTH}" y="${y + 3}" width="${width.toFixed(1)}" height="${ROW_HEIGHT - 6}" fill="${isOurs ? "#0f766e" : "#94a3b8"}"/>`,
      `<text x="${(LABEL_WIDTH + width + 6).toFixed(1)}" y="${y + 15}">${value} ${escaped(unit)}</text>`,
    ].join("");
  });
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" width="${WIDTH}" height="${height}" viewBox="0 0 ${WIDTH} ${height}" role="img" aria-label="${escaped(title)}" font-family="system-ui, sans-serif" font-size="12" fill="#1e293b">`,
    `<rect width="${WIDTH}" height="${height}" fill="#ffffff"/>`,
    `<text x="12" y="24" font-size="15" font-weight="600">${escaped(title)}</text>`,
    ...rows,
    `<text x="12" y="${height - 10}" font-size="11" fill="#64748b">${escaped(note)}</text>`,
    "</svg>",
    "",
  ].join("\n");
}

function escaped(text: string): string {
  return text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll('"', "&quot;");
}
