// Takes files of a person: several at once, one request each, by plain HTTP with progress. What has arrived is told to the
// page, whose server knows better; what is on its way or was refused stands here, at its file, with the way out.
import { useEffect, useId, useReducer, useRef, useState } from "react";

const AT_ONCE = 2;
const PATIENCE = 40; // times that "too much at once" is waited for: other fields of the page may be sending too
const SHOWN_BY_BROWSERS = /^image\/(jpeg|png|webp)$/;

const Icon = ({ path, size = "" }) => (
  <svg viewBox="0 0 24 24" aria-hidden="true" className={`i ${size}`}>
    <path d={path} />
  </svg>
);

const sizeText = (bytes, fmt) =>
  bytes >= 1048576 ? `${fmt.number(bytes / 1048576, 1)} MB` : `${fmt.number(Math.ceil(bytes / 1024))} kB`;

// A thumbnail that opens the file: pages of a PDF are pictures made on the server, so that no PDF viewer is needed.
export function FileThumb({ file, address, words, icons, say }) {
  const dialog = useRef(null);
  const opener = useRef(null);
  const [open, setOpen] = useState(false);
  const id = useId();
  const isPdf = file.kind === "pdf";
  const pages = isPdf ? file.page_count : 1;
  useEffect(() => {
    if (open && !dialog.current.open) dialog.current.showModal();
  }, [open]);
  const close = () => {
    dialog.current.close();
    setOpen(false);
    opener.current?.focus();
  };
  if (file.is_checking || !file.has_thumbnail)
    return (
      <span className="thumb">
        <Icon path={icons[isPdf ? "file" : "image"]} />
      </span>
    );
  return (
    <>
      <button
        type="button"
        ref={opener}
        className="thumb"
        aria-label={say(words.look, { name: file.name })}
        onClick={() => setOpen(true)}
        data-testid="look"
      >
        <img src={`${address}/${file.id}/preview`} alt="" loading="lazy" />
      </button>
      {/* What stands inside would close a menu or send a form around it. */}
      <dialog
        ref={dialog}
        className="wide viewer"
        aria-labelledby={id}
        onCancel={(event) => (event.preventDefault(), close())}
        onMouseDown={(event) => event.target === dialog.current && close()}
        onClick={(event) => event.stopPropagation()}
      >
        <p className="vh" role="status" data-connection />
        {open ? (
          <div className="dialog">
            <div className="dialog-top">
              <h2 id={id}>{file.name}</h2>
              <button type="button" className="iconbtn" aria-label={say(words.close)} onClick={close}>
                <Icon path={icons.x} />
              </button>
            </div>
            <p>
              <a className="btn line sm" href={`${address}/${file.id}`} download>
                <Icon path={icons.download} size="s" />
                {say(words.download)}
              </a>
            </p>
            <div className="pages" tabIndex={0} role="group" aria-label={say(words.pages)}>
              {Array.from({ length: pages }, (_, n) => (
                <img
                  key={n}
                  className={isPdf ? "sheet" : undefined} // keeps the room of a page until it is there
                  src={`${address}/${file.id}/pages/${n + 1}`}
                  alt={isPdf ? say(words.page, { number: n + 1, count: pages }) : file.name}
                  loading={n > 1 ? "lazy" : "eager"}
                />
              ))}
            </div>
          </div>
        ) : null}
      </dialog>
    </>
  );
}

// Dropped beside the place for it, a file would be opened by the browser, and the page with all its entries be gone.
function useNothingDroppedBeside() {
  useEffect(() => {
    const refuse = (event) => {
      if (event.defaultPrevented || !event.dataTransfer?.types.includes("Files")) return;
      event.preventDefault();
      event.dataTransfer.dropEffect = "none";
    };
    window.addEventListener("dragover", refuse);
    window.addEventListener("drop", refuse);
    return () => {
      window.removeEventListener("dragover", refuse);
      window.removeEventListener("drop", refuse);
    };
  }, []);
}

const reduce = (items, act) => {
  if (act.add) return [...items, ...act.add];
  if (act.drop) return items.filter((item) => !act.drop.includes(item.key));
  return items.map((item) => (item.key === act.key ? { ...item, ...act.change } : item));
};

let last = 0;

export function Upload({
  address, purpose, project, target, folderFrom, files, accept, maxBytes, mostFiles, hasCamera, isClosed, label, labelledby,
  describedby, isInvalid, words, icons, say, fmt, onChanged, testId,
}) {
  const known = files ?? [];
  const [items, act] = useReducer(reduce, []);
  const [problem, setProblem] = useState(null);
  const [told, setTold] = useState("");
  const [over, setOver] = useState(false);
  const [removing, setRemoving] = useState("");
  const picker = useRef(null);
  const camera = useRef(null);
  const requests = useRef({});
  const live = useRef(items);
  live.current = items;

  // What the server shows needs no place here any more.
  useEffect(() => {
    const arrived = items.filter((item) => item.view && known.some((file) => file.id === item.view.id));
    if (arrived.length) {
      arrived.forEach((item) => item.picture && URL.revokeObjectURL(item.picture));
      act({ drop: arrived.map((item) => item.key) });
    }
  }, [files, items]);

  useNothingDroppedBeside();
  useEffect(() => () => Object.values(requests.current).forEach((request) => request.abort()), []);

  // Leaving while something is on its way asks first.
  const isBusy = items.some((item) => item.step === "waiting" || item.step === "sending");
  useEffect(() => {
    if (!isBusy) return undefined;
    const ask = (event) => {
      event.preventDefault();
      event.stopImmediatePropagation(); // Reflex would close its socket here, and who stays would be left without one
    };
    addEventListener("beforeunload", ask, true);
    return () => removeEventListener("beforeunload", ask, true);
  }, [isBusy]);

  useEffect(() => {
    const running = items.filter((item) => item.step === "sending").length;
    items.filter((item) => item.step === "waiting").slice(0, Math.max(0, AT_ONCE - running)).forEach(send);
  }, [items]);

  function send(item) {
    const { key, file, folder } = item;
    if (requests.current[key]) return;
    const request = new XMLHttpRequest();
    requests.current[key] = request;
    const query = new URLSearchParams({ purpose, project, ref: target, folder, name: file.name });
    const change = (values) => act({ key, change: values });
    const failed = (error) => {
      delete requests.current[key];
      // A reason that lies in the file stays; what lies in the moment, or on the way to us, may be tried again.
      const isRefused = request.status >= 400 && request.status < 500 && ![408, 429].includes(request.status);
      change({ step: "failed", error, isFinal: Boolean(error) && isRefused });
      setTold(`${file.name}: ${error ? say(error.id, error.values) : say(words.lost)}`);
    };
    request.open("POST", `${address}?${query}`);
    request.withCredentials = true;
    request.responseType = "json";
    request.upload.onprogress = (event) =>
      event.lengthComputable && change({ percent: Math.floor((event.loaded / event.total) * 100) });
    request.onload = () => {
      if (request.status === 201) {
        delete requests.current[key];
        if (files) change({ step: "done", view: request.response });
        else act({ drop: [key] }); // the page shows what has arrived in its own way
        setTold(say(words.arrived, { name: file.name }));
        onChanged?.(request.response.id);
      } else if (request.status === 429 && item.tries < PATIENCE) {
        setTimeout(() => {
          delete requests.current[key];
          if (live.current.some((each) => each.key === key)) change({ step: "waiting", percent: 0, tries: item.tries + 1 });
        }, Math.min(6000, 1500 * (item.tries + 1)));
      } else failed(request.response?.error ?? null);
    };
    request.onerror = () => failed(null);
    request.onabort = () => delete requests.current[key];
    change({ step: "sending", percent: 0, error: null });
    request.send(file);
  }

  function take(list) {
    const chosen = [...list];
    const folder = document.getElementById(folderFrom)?.value ?? "";
    const isRefused = (item) => item.step === "failed"; // takes no place: the next one may follow at once
    const onTheirWay = live.current.filter((item) => !isRefused(item)).length;
    const room = Math.max(0, mostFiles - known.filter((file) => file.review !== "rejected").length - onTheirWay);
    setProblem(chosen.length > room ? { id: words.tooMany, values: { most: mostFiles } } : null);
    if (mostFiles === 1 && room) live.current.filter(isRefused).forEach(drop);
    act({
      add: chosen.slice(0, room).map((file) => {
        const isLarge = file.size > maxBytes;
        return {
          key: ++last, file, folder, percent: 0, tries: 0, view: null,
          picture: SHOWN_BY_BROWSERS.test(file.type) && file.size < 15e6 ? URL.createObjectURL(file) : "",
          step: isLarge ? "failed" : "waiting", isFinal: isLarge,
          error: isLarge ? { id: words.tooLarge, values: { megabytes: Math.floor(maxBytes / 1048576) } } : null,
        };
      }),
    });
  }

  function drop(item) {
    requests.current[item.key]?.abort();
    if (item.picture) URL.revokeObjectURL(item.picture);
    act({ drop: [item.key] });
    setTold(say(words.removed, { name: item.file.name }));
    picker.current?.nextSibling?.focus();
  }

  async function remove(file) {
    setRemoving(file.id);
    try {
      const answer = await fetch(`${address}/${file.id}`, { method: "DELETE", credentials: "include" });
      const error = answer.ok ? null : (await answer.json().catch(() => ({}))).error;
      setProblem(answer.ok ? null : { id: error?.id ?? words.lost, values: error?.values ?? {} });
      if (answer.ok) setTold(say(words.removed, { name: file.name }));
      onChanged?.(file.id);
    } catch {
      setProblem({ id: words.lost, values: {} });
    }
    setRemoving("");
    picker.current?.nextSibling?.focus();
  }

  const input = (ref, more) => (
    <input
      ref={ref}
      type="file"
      className="vh"
      tabIndex={-1}
      aria-hidden="true"
      onChange={(event) => {
        take(event.target.files);
        event.target.value = "";
      }}
      {...more}
    />
  );

  return (
    <div
      className={`uploads ${over ? "over" : ""}`}
      role="group"
      aria-label={labelledby ? undefined : label}
      aria-labelledby={labelledby || undefined}
      aria-describedby={describedby || undefined}
      data-testid={testId || "upload"}
      onDragOver={(event) => {
        if (isClosed || !event.dataTransfer.types.includes("Files")) return;
        event.preventDefault();
        setOver(true);
      }}
      onDragLeave={(event) => event.currentTarget.contains(event.relatedTarget) || setOver(false)}
      onDrop={(event) => {
        if (isClosed || !event.dataTransfer.types.includes("Files")) return;
        event.preventDefault();
        setOver(false);
        take(event.dataTransfer.files);
      }}
    >
      {known.length || items.length ? (
        <ul className="files">
          {known.map((file) => (
            <Known key={file.id} {...{ file, address, words, icons, say, fmt, isClosed }} busy={removing === file.id} onRemove={() => remove(file)} />
          ))}
          {items.map((item) => (
            <Arriving key={item.key} {...{ item, words, icons, say, fmt }} onDrop={() => drop(item)}
              onRetry={() => act({ key: item.key, change: { step: "waiting", error: null, percent: 0, tries: 0 } })} />
          ))}
        </ul>
      ) : null}
      {isClosed ? null : (
        <div className={`upload open ${isInvalid ? "bad" : ""}`}>
          {input(picker, { multiple: mostFiles > 1, accept, "data-testid": "choose-files" })}
          <button type="button" className="btn line" onClick={() => picker.current.click()} aria-describedby={describedby || undefined}>
            <Icon path={icons.upload} size="s" />
            {say(mostFiles > 1 ? words.chooseMany : words.chooseOne)}
          </button>
          {hasCamera ? (
            <>
              {input(camera, { accept: "image/*", capture: "environment", "data-testid": "take-photo" })}
              <button type="button" className="btn line by-touch" onClick={() => camera.current.click()}>
                <Icon path={icons.camera} size="s" />
                {say(words.photo)}
              </button>
            </>
          ) : null}
          <span className="tiny muted">
            <span className="by-mouse">{say(mostFiles > 1 ? words.drop : words.dropOne)} </span>
            {say(mostFiles > 1 ? words.limits : words.limitsOne, { kinds: words.kinds, megabytes: Math.floor(maxBytes / 1048576) })}
          </span>
          {problem ? (
            <p className="errtext" role="alert">
              <Icon path={icons.alert} size="s" />
              <span>{say(problem.id, problem.values)}</span>
            </p>
          ) : null}
        </div>
      )}
      <p className="vh" aria-live="polite">
        {told}
      </p>
    </div>
  );
}

function Known({ file, address, words, icons, say, fmt, isClosed, busy, onRemove }) {
  const isRejected = file.review === "rejected";
  return (
    <li className={`upload ${isRejected ? "bad" : file.review === "accepted" ? "ok" : ""}`} data-testid="file">
      <div className="upload-head">
        <FileThumb {...{ file, address, words, icons, say }} />
        <div className="grow">
          <b>
            {file.is_checking || file.is_lost ? (
              file.name
            ) : (
              <a href={`${address}/${file.id}`} download>
                {file.name}
              </a>
            )}
          </b>
          <span className="file">
            <span className="tnum">{sizeText(file.size_bytes, fmt)}</span>
            {file.is_checking ? <span className="pill">{say(words.checking)}</span> : null}
            {file.is_lost ? <span className="pill bad">{say(words.gone)}</span> : null}
            {file.review === "accepted" ? <span className="pill ok">{say(words.accepted)}</span> : null}
          </span>
        </div>
        {file.can_remove && !isClosed ? (
          <button type="button" className="iconbtn" disabled={busy} aria-label={say(words.remove, { name: file.name })} onClick={onRemove}>
            <Icon path={icons.trash} />
          </button>
        ) : null}
      </div>
      {isRejected ? (
        <div className="why">
          <b>{say(words.rejected)}</b> {file.reason}
          <span className="tiny muted block">
            {say(words.rejectedBy, { name: file.reviewed_by, date: fmt.moment(file.reviewed_at, "moment") })}
          </span>
        </div>
      ) : null}
    </li>
  );
}

function Arriving({ item, words, icons, say, fmt, onDrop, onRetry }) {
  const { file, step, percent, error } = item;
  const isFailed = step === "failed";
  const state =
    step === "waiting" ? words.waiting : step === "done" ? words.stored : percent >= 100 ? words.reading : words.sending;
  return (
    <li className={`upload ${isFailed ? "bad" : ""}`} data-testid="arriving" data-step={step}>
      <div className="upload-head">
        <span className="thumb">{item.picture ? <img src={item.picture} alt="" /> : <Icon path={icons[isFailed ? "bad" : "file"]} />}</span>
        <div className="grow">
          <b>{file.name}</b>
          <span className="file">
            <span className="grow">
              {sizeText(file.size, fmt)}
              {isFailed ? null : <> · {say(state)}</>}
            </span>
            {step === "sending" && percent < 100 ? <span className="tnum">{percent} %</span> : null}
          </span>
          {step === "sending" ? (
            <div className="bar" role="progressbar" aria-label={say(words.progress, { name: file.name })} aria-valuemin={0} aria-valuemax={100} aria-valuenow={percent}>
              <span style={{ width: `${percent}%` }} />
            </div>
          ) : null}
        </div>
        {step === "done" ? null : (
          <button type="button" className="iconbtn" aria-label={say(isFailed ? words.remove : words.cancel, { name: file.name })} onClick={onDrop}>
            <Icon path={icons.x} />
          </button>
        )}
      </div>
      {isFailed ? (
        <>
          <div className="why">{error ? say(error.id, error.values) : say(words.lost)}</div>
          {item.isFinal ? null : (
            <div className="acts">
              <button type="button" className="btn line sm" onClick={onRetry}>
                {say(words.retry)}
              </button>
            </div>
          )}
        </>
      ) : null}
    </li>
  );
}
