// Parts of a page with the words that staff have written meanwhile.
export const rewritten = (part, words) => {
  if (Array.isArray(part)) return part.map((each) => rewritten(each, words));
  const now = { ...part, ...words[part.id] };
  if (part.fields) now.fields = rewritten(part.fields, words);
  if (part.options && now.labels) now.options = part.options.map((option) => ({ ...option, label: now.labels[option.key] ?? option.label }));
  return now;
};
