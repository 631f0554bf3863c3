/** One row of a table in Markdown. */
export function row(cells: readonly string[]): string {
  return `| ${cells.join(" | ")} |`;
}

/** Text as code. */
export function code(text: string): string {
  return `\`${text}\``;
}
