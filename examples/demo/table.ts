/** Lines a table up: as wide as its widest cells, the first row its heading. */
export function table(rows: readonly (readonly string[])[]): string {
  const widths: number[] = [];
  for (const row of rows) {
    for (const [column, cell] of row.entries()) {
      widths[column] = Math.max(widths[column] ?? 0, cell.length);
    }
  }
  const line = (row: readonly string[]): string =>
    row
      .map((cell, column) => cell.padEnd(widths[column] ?? 0))
      .join("  ")
      .trimEnd();
  const [heading = [], ...body] = rows;
  return [
    line(heading),
    widths.map((width) => "─".repeat(width)).join("  "),
    ...body.map(line),
  ].join("\n");
}
