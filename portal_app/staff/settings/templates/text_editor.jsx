// A text with a few marks: buttons put them around what is selected, variables go where the cursor is.
import { useRef } from "react";
import { useDraft } from "$/public/external/portal_app/ui/drafting/drafting.jsx";

export function TextEditor({ value, revision, onText, variables, words, id, lang, rows, describedby, invalid }) {
  const { text, write, tellNow } = useDraft({ value, revision, onText });
  const area = useRef(null);
  // Puts `before` and `after` around the selection, or `otherwise` between them where nothing is selected.
  const put = (before, after = "", otherwise = "") => {
    const { selectionStart: from, selectionEnd: to } = area.current;
    const inner = text.slice(from, to) || otherwise;
    write(text.slice(0, from) + before + inner + after + text.slice(to));
    requestAnimationFrame(() => {
      area.current.focus();
      const start = from + before.length;
      area.current.setSelectionRange(start, start + inner.length);
    });
  };
  const line = (mark) => {
    const from = text.lastIndexOf("\n", area.current.selectionStart - 1) + 1;
    write(text.slice(0, from) + mark + text.slice(from));
    requestAnimationFrame(() => area.current.focus());
  };
  const link = (variables ?? []).find((variable) => variable.is_link);
  const tools = [
    [words.heading, () => line("# ")],
    [words.bold, () => put("**", "**", words.text)],
    [words.list, () => line("- ")],
    [words.small, () => line("> ")],
    [words.link, () => put("[", "](https://)", words.text)],
    ...(link ? [[words.button, () => put("\n\n[", `](|${link.name}|)\n\n`, words.text)]] : []),
  ];
  return (
    <div className="text-editor">
      <div className="text-tools" role="group" aria-label={words.tools}>
        {tools.map(([name, act]) => (
          <button key={name} type="button" className="btn ghost sm" onClick={act}>
            {name}
          </button>
        ))}
      </div>
      <textarea
        ref={area}
        id={id}
        lang={lang}
        rows={rows}
        className="input text-area"
        value={text}
        spellCheck
        aria-describedby={describedby}
        aria-invalid={invalid}
        onChange={(event) => write(event.target.value)}
        onBlur={tellNow}
      />
      <div className="variables" role="group" aria-label={words.variables}>
        {(variables ?? []).map((variable) => (
          <button
            key={variable.name}
            type="button"
            className="variable"
            title={words.insert}
            data-variable={variable.name}
            onClick={() => put(`|${variable.name}|`)}
          >
            <code>|{variable.name}|</code>
            <span>{words.names?.[variable.name] ?? ""}</span>
          </button>
        ))}
      </div>
    </div>
  );
}
