// Chooses a picture and puts it over plain HTTP: a file does not belong on the websocket.
import { useRef, useState } from "react";

export function LogoPicker({ address, label, removeLabel, hasLogo, onDone, onRefused }) {
  const input = useRef(null);
  const [busy, setBusy] = useState(false);
  const ask = async (method, body) => {
    setBusy(true);
    try {
      const answer = await fetch(address, { method, body, credentials: "include" });
      if (answer.ok) onDone();
      else {
        const told = await answer.json().catch(() => ({}));
        onRefused(told.error?.id ?? "", told.error?.values ?? {});
      }
    } catch {
      onRefused("", {});
    }
    setBusy(false);
  };
  return (
    <div className="row wrap">
      <input
        ref={input}
        type="file"
        accept="image/png,image/jpeg,image/webp"
        className="vh"
        tabIndex={-1}
        aria-hidden="true"
        data-testid="logo-file"
        onChange={(event) => {
          const file = event.target.files[0];
          event.target.value = "";
          if (file) ask("PUT", file);
        }}
      />
      <button type="button" className="btn line sm" disabled={busy} aria-busy={busy} onClick={() => input.current.click()}>
        {label}
      </button>
      {hasLogo ? (
        <button type="button" className="btn ghost sm" disabled={busy} onClick={() => ask("DELETE")}>
          {removeLabel}
        </button>
      ) : null}
    </div>
  );
}
