import type { VNode } from "preact";
import { useEffect, useState } from "preact/hooks";
import type { Detail, Row } from "../inspector/wire.ts";
import { BytesView } from "./bytes-view.tsx";
import { Chip } from "./chip.tsx";
import { AnswerPanel, HeadersPanel, TimelinePanel } from "./panels.tsx";
import { fetchDetail } from "./server.ts";
import { VerdictPanel } from "./verdict-panel.tsx";

/** The views of a delivery, in order. */
const TABS = ["Body", "Headers", "Verdict", "Answer", "Timeline"] as const;

/** One of them. */
export type Tab = (typeof TABS)[number];

/** The actions on a delivery. */
export interface Action {
  readonly name: string;
  readonly key: string;
  readonly run: () => void;
}

/** Shows one delivery whole. */
export function DetailView({
  row,
  rows,
  tab,
  setTab,
  select,
  actions,
}: {
  readonly row: Row;
  readonly rows: readonly Row[];
  readonly tab: Tab;
  readonly setTab: (tab: Tab) => void;
  readonly select: (id: string) => void;
  readonly actions: readonly Action[];
}): VNode {
  const [detail, setDetail] = useState<Detail>();
  useEffect(() => {
    let current = true;
    void fetchDetail(row.id)
      .then((found) => current && setDetail(found))
      .catch(() => {});
    return () => {
      current = false;
    };
  }, [row.id, row.answer]);
  const shown = detail?.id === row.id ? detail : undefined;
  const isSame = (other: Row): boolean =>
    other.id === row.id ||
    (row.key !== undefined && other.key === row.key && other.provider === row.provider);
  return (
    <section class="detail" aria-label="Delivery">
      <div class="detail-head">
        <div class="title">
          <Chip row={row} />
          <h2>{row.type ?? `${row.method} ${row.path}`}</h2>
        </div>
        <p class="facts">
          #{row.id} · {row.provider ?? "unknown provider"} · {row.method} {row.path}
          {row.eventId !== undefined && ` · ${row.eventId}`}
        </p>
        <div class="actions">
          {actions.map(({ name, key, run }) => (
            <button key={name} type="button" class="button" onClick={run}>
              {name} <kbd>{key}</kbd>
            </button>
          ))}
        </div>
        <Tabs tab={tab} setTab={setTab} />
      </div>
      <div class="panel" role="tabpanel" id="panel" aria-labelledby={`tab-${tab}`} tabIndex={0}>
        {shown === undefined ? (
          <p class="muted">Loading…</p>
        ) : tab === "Body" ? (
          <BytesView key={row.id} bytes={shown.body} />
        ) : tab === "Headers" ? (
          <HeadersPanel detail={shown} />
        ) : tab === "Verdict" ? (
          <VerdictPanel detail={shown} />
        ) : tab === "Answer" ? (
          <AnswerPanel detail={shown} />
        ) : (
          <TimelinePanel
            detail={shown}
            sameEvent={rows.filter(isSame).toReversed()}
            select={select}
          />
        )}
      </div>
    </section>
  );
}

function Tabs({ tab, setTab }: { readonly tab: Tab; readonly setTab: (tab: Tab) => void }): VNode {
  const move = (event: KeyboardEvent): void => {
    const by = event.key === "ArrowRight" ? 1 : event.key === "ArrowLeft" ? -1 : 0;
    const next = TABS[(TABS.indexOf(tab) + by + TABS.length) % TABS.length];
    if (by === 0 || next === undefined) return;
    setTab(next);
    document.querySelector<HTMLElement>(`#tab-${next}`)?.focus();
  };
  return (
    <div class="tabs" role="tablist" aria-label="Views" onKeyDown={move}>
      {TABS.map((each) => (
        <button
          key={each}
          id={`tab-${each}`}
          type="button"
          class="tab"
          role="tab"
          aria-selected={tab === each}
          aria-controls="panel"
          tabIndex={tab === each ? 0 : -1}
          onClick={() => setTab(each)}
        >
          {each}
        </button>
      ))}
    </div>
  );
}
