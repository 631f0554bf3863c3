import type { VNode } from "preact";
import { useEffect, useRef, useState } from "preact/hooks";
import type { ComposeRequest, SentAnswer, ShownEndpoint } from "../inspector/wire.ts";
import { compose, fetchEndpoints, fetchSample } from "./server.ts";

const AGES: readonly (readonly [name: string, seconds: number])[] = [
  ["now", 0],
  ["4 minutes ago", 240],
  ["10 minutes ago", 600],
  ["a day ago", 86_400],
  ["in 10 minutes", -600],
];

/** The form that signs and sends a delivery of one's own. */
export function ComposeDialog({ close }: { readonly close: () => void }): VNode {
  const dialog = useRef<HTMLDialogElement>(null);
  const [endpoints, setEndpoints] = useState<readonly ShownEndpoint[]>([]);
  const [path, setPath] = useState("/");
  const [type, setType] = useState("");
  const [body, setBody] = useState("");
  const [tamper, setTamper] = useState("");
  const [age, setAge] = useState(0);
  const [answer, setAnswer] = useState<SentAnswer>();
  const endpoint = endpoints.find((each) => each.path === path);

  useEffect(() => {
    dialog.current?.showModal();
    void fetchEndpoints().then((found) => {
      setEndpoints(found);
      setPath(found[0]?.path ?? "/");
      setType(found[0]?.types[0] ?? "");
    });
  }, []);
  useEffect(() => {
    void fetchSample(path, type)
      .then(setBody)
      .catch(() => {});
  }, [path, type]);

  const choose = (to: string): void => {
    setPath(to);
    setType(endpoints.find((each) => each.path === to)?.types[0] ?? "");
  };
  const send = (event: Event): void => {
    event.preventDefault();
    const request: ComposeRequest = {
      path,
      body,
      ...(type !== "" && { type }),
      ...(tamper !== "" && { tamper: tamper as "body" }),
      ...(age !== 0 && { ageSeconds: age }),
    };
    setAnswer(undefined);
    void compose(request).then(setAnswer);
  };
  return (
    <dialog ref={dialog} aria-labelledby="compose-title" onClose={close}>
      <form class="form" onSubmit={send}>
        <h2 id="compose-title">Compose a delivery</h2>
        <div class="fields">
          <label class="field">
            To
            <select value={path} onChange={(event) => choose(event.currentTarget.value)}>
              {endpoints.map((each) => (
                <option key={each.path} value={each.path}>
                  {each.path} ({each.provider})
                </option>
              ))}
            </select>
          </label>
          <label class="field">
            Type
            <input
              value={type}
              list="types"
              autocomplete="off"
              onChange={(event) => setType(event.currentTarget.value)}
            />
            <datalist id="types">
              {endpoint?.types.map((each) => (
                <option key={each} value={each} />
              ))}
            </datalist>
          </label>
          <label class="field">
            Spoil after signing
            <select value={tamper} onChange={(event) => setTamper(event.currentTarget.value)}>
              <option value="">nothing</option>
              <option value="body">the body</option>
              <option value="signature">the signature</option>
            </select>
          </label>
          <label class="field">
            Signed
            <select
              value={String(age)}
              onChange={(event) => setAge(Number(event.currentTarget.value))}
            >
              {AGES.map(([name, seconds]) => (
                <option key={name} value={String(seconds)}>
                  {name}
                </option>
              ))}
            </select>
          </label>
        </div>
        <label class="field">
          Body, sent as it is written here
          <textarea
            spellcheck={false}
            value={body}
            onInput={(event) => setBody(event.currentTarget.value)}
          />
        </label>
        <div class="actions">
          <button class="button primary" type="submit">
            Send
          </button>
          <button class="button" type="button" onClick={() => dialog.current?.close()}>
            Close <kbd>Esc</kbd>
          </button>
        </div>
        <div role="status">
          {answer !== undefined && (
            <pre>
              {answer.error ?? `${answer.status}`}
              {answer.body !== undefined && answer.body !== "" && `\n${answer.body}`}
            </pre>
          )}
        </div>
      </form>
    </dialog>
  );
}
