// Chooses a list of customers and sends it by plain HTTP: first for a dry run, then, as it is, to be imported.
import { useRef, useState } from "react";

export function ImportFile({ address, label, againLabel, importLabel, busyLabel, ready, invites, onReport, onRefused }) {
  const input = useRef(null);
  const [file, setFile] = useState(null);
  const [busy, setBusy] = useState(false);

  const send = async (chosen, query) => {
    setBusy(true);
    try {
      const answer = await fetch(`${address}?${query}`, { method: "POST", body: chosen, credentials: "include" });
      const told = await answer.json().catch(() => ({}));
      if (answer.ok) onReport(chosen.name, told.report ?? {});
      else onRefused(chosen.name, told.error?.id ?? "", told.error?.values ?? {});
    } catch {
      onRefused(chosen.name, "", {}); // also when the file was changed or moved after it was chosen
    }
    setBusy(false);
  };

  return (
    <div className="row wrap">
      <input
        ref={input}
        type="file"
        accept=".csv,.txt,.tsv,text/csv"
        className="vh"
        tabIndex={-1}
        aria-hidden="true"
        data-testid="import-file"
        onChange={(event) => {
          const chosen = event.target.files[0];
          event.target.value = "";
          if (!chosen) return;
          setFile(chosen);
          send(chosen, "dry=1");
        }}
      />
      {ready && file ? (
        <button type="button" className="btn solid" disabled={busy} aria-busy={busy} data-testid="import-now"
          onClick={() => send(file, `dry=0&invite=${invites ? 1 : 0}`)}>
          {importLabel}
        </button>
      ) : null}
      <button type="button" className={ready && file ? "btn line" : "btn solid"} disabled={busy} aria-busy={busy}
        data-testid="choose-file" onClick={() => input.current.click()}>
        {file ? againLabel : label}
      </button>
      <span role="status" className="small muted">{busy ? busyLabel : ""}</span>
    </div>
  );
}
