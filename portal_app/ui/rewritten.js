// Parts of a page with the words that staff have written meanwhile. A project's line has those of the step it stands at.
export const rewritten = (part, words) => {
  if (Array.isArray(part)) return part.map((each) => rewritten(each, words));
  const now = { ...part, ...words[part.step_id ?? part.id] };
  if (part.fields) now.fields = rewritten(part.fields, words);
  if (part.options && now.labels) now.options = part.options.map((option) => ({ ...option, label: now.labels[option.key] ?? option.label }));
  return now;
};
