import type { Ref, VNode } from "preact";
import { useEffect, useMemo, useRef, useState } from "preact/hooks";
import { again, copy } from "./actions.ts";
import { ComposeDialog } from "./compose-dialog.tsx";
import { useDeliveries } from "./deliveries.ts";
import { DeliveryList } from "./delivery-list.tsx";
import { type Action, DetailView, type Tab } from "./detail-view.tsx";
import { type Filter, FILTERS, isFound, isShown } from "./filter.ts";
import { HelpDialog } from "./help-dialog.tsx";
import type { Row } from "../inspector/wire.ts";

/** The page. */
export function App(): VNode {
  const { rows, live } = useDeliveries();
  const [filter, setFilter] = useState<Filter>("all");
  const [search, setSearch] = useState("");
  const [chosen, choose] = useState<string>();
  const [tab, setTab] = useState<Tab>();
  const [dialog, setDialog] = useState<"compose" | "help">();
  const [toast, setToast] = useState("");
  const searchField = useRef<HTMLInputElement>(null);

  const found = useMemo(() => rows.filter((row) => isFound(row, search)), [rows, search]);
  const shown = useMemo(() => found.filter((row) => isShown(row, filter)), [found, filter]);
  const row = shown.find(({ id }) => id === chosen) ?? shown[0];
  const say = (work: Promise<string>): void => void work.then(setToast);
  const move = (by: number): void => {
    const at = row === undefined ? -1 : shown.indexOf(row);
    const next = shown[Math.min(shown.length - 1, Math.max(0, at + by))];
    if (next !== undefined) choose(next.id);
  };
  const id = row?.id ?? "";
  const actions: readonly Action[] = [
    { name: "Replay", key: "r", run: () => say(again(id, false)) },
    { name: "Sign and replay", key: "R", run: () => say(again(id, true)) },
    { name: "Explain", key: "e", run: () => setTab("Verdict") },
    { name: "Copy as curl", key: "c", run: () => say(copy(id, "curl")) },
    { name: "fetch", key: "f", run: () => say(copy(id, "fetch")) },
    { name: "test", key: "t", run: () => say(copy(id, "test")) },
  ];
  useKeys((key) => {
    if (key === "j" || key === "ArrowDown") move(1);
    else if (key === "k" || key === "ArrowUp") move(-1);
    else if (key === "n") setDialog("compose");
    else if (key === "?") setDialog("help");
    else if (key === "/") searchField.current?.focus();
    else if (row === undefined) return false;
    else {
      const action = actions.find((each) => each.key === key);
      action?.run();
      return action !== undefined;
    }
    return true;
  });
  return (
    <div class="app">
      <Bar
        live={live}
        searchField={searchField}
        search={search}
        setSearch={setSearch}
        open={setDialog}
      />
      <aside class="side" aria-label="List">
        <Filters found={found} filter={filter} setFilter={setFilter} />
        {shown.length === 0 ? (
          <p class="empty">{rows.length === 0 ? "No deliveries yet." : "Nothing matches."}</p>
        ) : (
          <DeliveryList rows={shown} selected={row?.id} select={choose} />
        )}
      </aside>
      <main class="detail">
        {row === undefined ? (
          <Waiting />
        ) : (
          <DetailView
            row={row}
            rows={rows}
            tab={tab ?? (row.status === "refused" ? "Verdict" : "Body")}
            setTab={setTab}
            select={choose}
            actions={actions}
          />
        )}
      </main>
      <Toast text={toast} />
      {dialog === "compose" && <ComposeDialog close={() => setDialog(undefined)} />}
      {dialog === "help" && <HelpDialog close={() => setDialog(undefined)} />}
    </div>
  );
}

function Toast({ text }: { readonly text: string }): VNode {
  return (
    <div class="toast" role="status">
      {text}
    </div>
  );
}

function Waiting(): VNode {
  return (
    <div class="empty">
      <strong>Waiting for a delivery</strong>
      Send one from your provider, or compose one here.
    </div>
  );
}

interface BarProps {
  readonly live: boolean;
  readonly searchField: Ref<HTMLInputElement>;
  readonly search: string;
  readonly setSearch: (text: string) => void;
  readonly open: (dialog: "compose" | "help") => void;
}

/** The bar on top: whether the connection is open, the search, and the dialogs. */
function Bar({ live, searchField, search, setSearch, open }: BarProps): VNode {
  return (
    <header class="bar">
      <h1 class="brand">
        <img src="icon.svg" alt="" /> Countersign
      </h1>
      <span class={`live ${live ? "on" : ""}`} role="status">
        {live ? "listening" : "not connected"}
      </span>
      <span class="spacer" />
      <input
        ref={searchField}
        class="search"
        type="search"
        placeholder="Search  ( / )"
        aria-label="Search deliveries"
        value={search}
        onInput={(event) => setSearch(event.currentTarget.value)}
      />
      <button type="button" class="button" aria-label="Keys" onClick={() => open("help")}>
        <kbd>?</kbd>
      </button>
      <button type="button" class="button primary" onClick={() => open("compose")}>
        Compose
      </button>
    </header>
  );
}

interface FiltersProps {
  readonly found: readonly Row[];
  readonly filter: Filter;
  readonly setFilter: (filter: Filter) => void;
}

/** The filters, each with the number of deliveries that it shows. */
function Filters({ found, filter, setFilter }: FiltersProps): VNode {
  return (
    <div class="filters" role="group" aria-label="Filter">
      {FILTERS.map(([each, name]) => (
        <button
          key={each}
          type="button"
          class="filter"
          aria-pressed={filter === each}
          onClick={() => setFilter(each)}
        >
          {name} {found.filter((one) => isShown(one, each)).length}
        </button>
      ))}
    </div>
  );
}

/** Listens to single keys, unless the user writes something or a dialog is open. */
function useKeys(pressed: (key: string) => boolean): void {
  const latest = useRef(pressed);
  latest.current = pressed;
  useEffect(() => {
    const listen = (event: KeyboardEvent): void => {
      const target = event.target as HTMLElement;
      if (
        event.ctrlKey ||
        event.metaKey ||
        event.altKey ||
        target.closest("input, textarea, select, dialog")
      )
        return;
      // Arrows belong to the list; elsewhere they scroll, or change tabs.
      if (event.key.startsWith("Arrow") && target.closest("[role=listbox]") === null) return;
      if (latest.current(event.key)) event.preventDefault();
    };
    document.addEventListener("keydown", listen);
    return () => document.removeEventListener("keydown", listen);
  }, []);
}
