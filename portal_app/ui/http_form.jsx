// A form that goes to a route by plain HTTP, because only that can set cookies. Errors come back as text ids and stand at
// their field in the reader's language; on success the browser follows `next`, or `done` is called.
import { createContext, useContext, useEffect, useRef, useState } from "react";
import { useLocation } from "react-router";

const Form = createContext({ status: "open", errors: [], say: () => "" });

// Who had to sign in first goes on where they were, when that is behind the door they came in by.
function wayOn(next) {
  const place = sessionStorage.getItem("place") ?? "";
  const isDoor = (path) => path.startsWith("/staff");
  return new URLSearchParams(location.search).has("why") && place && isDoor(place) === isDoor(next) ? place : next;
}

export function HttpForm({ action, say, lost, done, className, children, ...rest }) {
  const ref = useRef(null);
  const [status, setStatus] = useState("open");
  const [errors, setErrors] = useState([]);

  // The inputs are made elsewhere and keep their values; what is wrong is told to them here, and ErrorFocus leads to it.
  useEffect(() => {
    const form = ref.current;
    for (const control of form.querySelectorAll("input[name]:not([type=hidden])")) {
      const isWrong = errors.some((error) => error.field === control.name);
      const box = control.closest(".code");
      isWrong ? control.setAttribute("aria-invalid", "true") : control.removeAttribute("aria-invalid");
      isWrong ? control.setAttribute("aria-describedby", `${control.id}-error`) : control.removeAttribute("aria-describedby");
      if (box) box.dataset.invalid = isWrong ? "true" : "false";
    }
  }, [errors]);

  useEffect(() => {
    const button = ref.current.querySelector("button[type=submit]");
    if (button) status === "sending" ? button.setAttribute("aria-busy", "true") : button.removeAttribute("aria-busy");
  }, [status]);

  async function send(event) {
    event.preventDefault();
    if (status === "sending") return;
    setStatus("sending");
    const sent = Object.fromEntries(new FormData(ref.current));
    let body = null;
    try {
      const answer = await fetch(action, {
        method: "POST",
        credentials: "include",
        headers: { "content-type": "application/json" },
        body: JSON.stringify(sent),
      });
      body = await answer.json();
    } catch {
      body = null;
    }
    if (body?.next) return location.assign(wayOn(body.next));
    if (body && !body.error) {
      setErrors([]);
      setStatus("done");
      done?.(sent, body);
      return;
    }
    setStatus("open");
    setErrors(body?.errors ?? [body?.error ?? { lost: true, field: "" }]);
  }

  return (
    <form
      ref={ref}
      action={action}
      method="post"
      noValidate
      className={className}
      onSubmit={send}
      onInput={(event) => errors.length && setErrors(errors.filter((error) => error.field !== event.target.name))}
      {...rest}
    >
      <Form.Provider value={{ status, errors, say, lost }}>{children}</Form.Provider>
    </form>
  );
}

// Stands where the message of `field` belongs; with an empty field, what belongs to none.
export function HttpFormError({ field, id, children }) {
  const { errors, say, lost } = useContext(Form);
  const error = errors.find((each) => each.field === field);
  return (
    <div role="alert" id={id} className="http-form-error">
      {error ? (
        <p className="errtext">
          {children}
          <span>{error.lost ? lost : say(error.id, error.values)}</span>
        </p>
      ) : null}
    </div>
  );
}

export function HttpFormPart({ when, children }) {
  const { status } = useContext(Form);
  return (when === "done") === (status === "done") ? children : null;
}

// A value of the page's address. Empty while prerendering and in the first render, so that the two agree.
export function useQuery(name) {
  const { search } = useLocation();
  const [value, setValue] = useState("");
  useEffect(() => setValue(new URLSearchParams(search).get(name) ?? ""), [search, name]);
  return value;
}
