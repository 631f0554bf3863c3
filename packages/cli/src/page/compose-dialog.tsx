import type { VNode } from "preact";
import { useEffect, useRef, useState } from "preact/hooks";
import type { ComposeRequest, SentAnswer, ShownEndpoint } from "../inspector/wire.ts";
import { compose, fetchEndpoints, fetchSample } from "./server.ts";

type Option = readonly [value: string, name: string];

/** By seconds. */
const AGES: readonly Option[] = [
  ["0", "now"],
  ["240", "4 minutes ago"],
  ["600", "10 minutes ago"],
  ["86400", "a day ago"],
  ["-600", "in 10 minutes"],
];

const SPOILT: readonly Option[] = [
  ["", "nothing"],
  ["body", "the body"],
  ["signature", "the signature"],
];

/** The form that signs and sends a delivery of one's own. */
export function ComposeDialog({ close }: { readonly close: () => void }): VNode {
  const dialog = useRef<HTMLDialogElement>(null);
  const [endpoints, setEndpoints] = useState<readonly ShownEndpoint[]>([]);
  const [path, setPath] = useState("/");
  const [type, setType] = useState("");
  const [sampled, setSampled] = useState("");
  const [tamper, setTamper] = useState("");
  const [age, setAge] = useState(0);
  const [answer, setAnswer] = useState<SentAnswer>();
  const endpoint = endpoints.find((each) => each.path === path);

  useEffect(() => {
    dialog.current?.showModal();
    void fetchEndpoints().then((found) => {
      setEndpoints(found);
      choose(found[0]?.path ?? "/", found);
    });
  }, []);
  const [body, setBody] = useSample(path, sampled);

  const choose = (to: string, among = endpoints): void => {
    const first = among.find((each) => each.path === to)?.types[0] ?? "";
    setPath(to);
    setType(first);
    setSampled(first);
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
          <Choice
            label="To"
            value={path}
            options={endpoints.map((each) => [each.path, `${each.path} (${each.provider})`])}
            choose={(to) => choose(to)}
          />
          <TypeField
            types={endpoint?.types ?? []}
            type={type}
            setType={setType}
            settle={setSampled}
          />
          <Choice label="Spoil after signing" value={tamper} options={SPOILT} choose={setTamper} />
          <Choice
            label="Signed"
            value={String(age)}
            options={AGES}
            choose={(seconds) => setAge(Number(seconds))}
          />
        </div>
        <label class="field">
          Body, sent as it is written here
          <textarea
            spellcheck={false}
            value={body}
            onInput={(event) => setBody(event.currentTarget.value)}
          />
        </label>
        <Buttons close={() => dialog.current?.close()} />
        <div role="status">{answer !== undefined && <Sent answer={answer} />}</div>
      </form>
    </dialog>
  );
}

/** A body to start from, fetched for each path and type. One that comes late, when another was asked for or the body was edited, is dropped. */
function useSample(path: string, type: string): [body: string, edit: (body: string) => void] {
  const [body, setBody] = useState("");
  const wanted = useRef<symbol | undefined>(undefined);
  useEffect(() => {
    const asked = Symbol("asked");
    wanted.current = asked;
    void fetchSample(path, type)
      .then((sample) => {
        if (wanted.current === asked) setBody(sample);
      })
      .catch(() => {});
  }, [path, type]);
  const edit = (edited: string): void => {
    wanted.current = undefined;
    setBody(edited);
  };
  return [body, edit];
}

function Buttons({ close }: { readonly close: () => void }): VNode {
  return (
    <div class="actions">
      <button class="button primary" type="submit">
        Send
      </button>
      <button class="button" type="button" onClick={close}>
        Close <kbd>Esc</kbd>
      </button>
    </div>
  );
}

/** The answer to what was sent. */
function Sent({ answer: { error, status, body = "" } }: { readonly answer: SentAnswer }): VNode {
  return (
    <pre>
      {error ?? `${status}`}
      {body !== "" && `\n${body}`}
    </pre>
  );
}

interface ChoiceProps {
  readonly label: string;
  readonly value: string;
  readonly options: readonly Option[];
  readonly choose: (value: string) => void;
}

function Choice({ label, value, options, choose }: ChoiceProps): VNode {
  return (
    <label class="field">
      {label}
      <select value={value} onChange={(event) => choose(event.currentTarget.value)}>
        {options.map(([each, name]) => (
          <option key={each} value={each}>
            {name}
          </option>
        ))}
      </select>
    </label>
  );
}

interface TypeFieldProps {
  readonly types: readonly string[];
  readonly type: string;
  readonly setType: (type: string) => void;
  readonly settle: (type: string) => void;
}

/** The event's type: one of the endpoint's, or any other. Each letter is kept at once, since drawing the form again writes the field from what is kept. */
function TypeField({ types, type, setType, settle }: TypeFieldProps): VNode {
  return (
    <label class="field">
      Type
      <input
        value={type}
        list="types"
        autocomplete="off"
        onInput={(event) => setType(event.currentTarget.value)}
        onChange={(event) => settle(event.currentTarget.value)}
      />
      <datalist id="types">
        {types.map((each) => (
          <option key={each} value={each} />
        ))}
      </datalist>
    </label>
  );
}
