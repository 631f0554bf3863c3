import type { VNode } from "preact";
import { useEffect, useLayoutEffect, useRef, useState } from "preact/hooks";
import type { Row } from "../inspector/wire.ts";
import { Chip } from "./chip.tsx";

const ROW_PX = 58;
const MARGIN_ROWS = 8;

/** Shows the list; of thousands of deliveries only those in sight are drawn. */
export function DeliveryList({
  rows,
  selected,
  select,
}: {
  readonly rows: readonly Row[];
  readonly selected: string | undefined;
  readonly select: (id: string) => void;
}): VNode {
  const list = useRef<HTMLDivElement>(null);
  const [view, setView] = useState({ top: 0, height: 800 });
  const measure = (): void => {
    const element = list.current;
    if (element !== null) setView({ top: element.scrollTop, height: element.clientHeight });
  };
  useEffect(() => {
    measure();
    addEventListener("resize", measure);
    return () => removeEventListener("resize", measure);
  }, []);
  const index = rows.findIndex(({ id }) => id === selected);
  useLayoutEffect(() => {
    const element = list.current;
    if (element === null || index < 0) return;
    const top = index * ROW_PX;
    if (top < element.scrollTop) element.scrollTop = top;
    const overlap = top + ROW_PX - element.clientHeight;
    if (overlap > element.scrollTop) element.scrollTop = overlap;
  }, [selected]);

  const first = Math.max(0, Math.floor(view.top / ROW_PX) - MARGIN_ROWS);
  const last = Math.ceil((view.top + view.height) / ROW_PX) + MARGIN_ROWS;
  // What the selection points at has to be there, also where it is out of sight.
  const drawn = rows.slice(first, last).map((row, at) => ({ row, at: first + at }));
  const away = index >= 0 && (index < first || index >= last) ? rows[index] : undefined;
  return (
    <div
      ref={list}
      class="list"
      role="listbox"
      tabIndex={0}
      aria-label="Deliveries"
      aria-activedescendant={index < 0 ? undefined : `delivery-${selected}`}
      onScroll={measure}
    >
      <div class="list-space" role="presentation" style={{ height: `${rows.length * ROW_PX}px` }}>
        {[...drawn, ...(away === undefined ? [] : [{ row: away, at: index }])].map(
          ({ row, at }) => (
            <Item
              key={row.id}
              row={row}
              at={at}
              count={rows.length}
              isSelected={row.id === selected}
              select={select}
            />
          ),
        )}
      </div>
    </div>
  );
}

function Item({
  row,
  at,
  count,
  isSelected,
  select,
}: {
  readonly row: Row;
  readonly at: number;
  readonly count: number;
  readonly isSelected: boolean;
  readonly select: (id: string) => void;
}): VNode {
  const { id, atMs, method, path, provider, type, bytes, answer, answeredOk } = row;
  return (
    <div
      id={`delivery-${id}`}
      class="row"
      role="option"
      aria-selected={isSelected}
      aria-setsize={count}
      aria-posinset={at + 1}
      style={{ top: `${at * ROW_PX}px` }}
      onClick={() => select(id)}
    >
      <Chip row={row} />
      <span class="name">{type ?? provider ?? method}</span>
      <span class="when">{timeText(atMs)}</span>
      <span class="meta">
        #{id} · {method} {path} · {bytesText(bytes)}
      </span>
      <span
        class={`answer ${answeredOk === undefined ? "muted" : answeredOk ? "good-text" : "bad-text"}`}
      >
        {answer ?? "…"}
      </span>
    </div>
  );
}

/** Writes a time of day. */
export function timeText(ms: number): string {
  const date = new Date(ms);
  return `${date.toTimeString().slice(0, 8)}.${String(date.getMilliseconds()).padStart(3, "0")}`;
}

/** Writes a number of bytes. */
export function bytesText(bytes: number): string {
  if (bytes < 1024) return `${bytes} B`;
  return bytes < 1_048_576
    ? `${(bytes / 1024).toFixed(1)} KiB`
    : `${(bytes / 1_048_576).toFixed(1)} MiB`;
}
