import type { VNode } from "preact";
import { useEffect, useRef } from "preact/hooks";

const KEYS: readonly (readonly [key: string, does: string])[] = [
  ["j", "next delivery"],
  ["k", "previous delivery"],
  ["r", "replay: the same bytes again"],
  ["R", "sign with the time of now, and replay"],
  ["e", "explain the verdict"],
  ["c", "copy as curl"],
  ["f", "copy as fetch"],
  ["t", "copy as a test"],
  ["n", "compose a delivery"],
  ["/", "search"],
  ["?", "this help"],
];

/** Lists the keys. */
export function HelpDialog({ close }: { readonly close: () => void }): VNode {
  const dialog = useRef<HTMLDialogElement>(null);
  useEffect(() => dialog.current?.showModal(), []);
  return (
    <dialog ref={dialog} aria-labelledby="help-title" onClose={close}>
      <div class="form">
        <h2 id="help-title">Keys</h2>
        <dl class="keys">
          {KEYS.flatMap(([key, does]) => [
            <dt key={key}>
              <kbd>{key}</kbd>
            </dt>,
            <dd key={does}>{does}</dd>,
          ])}
        </dl>
        <div class="actions">
          <button class="button" type="button" onClick={() => dialog.current?.close()}>
            Close <kbd>Esc</kbd>
          </button>
        </div>
      </div>
    </dialog>
  );
}
