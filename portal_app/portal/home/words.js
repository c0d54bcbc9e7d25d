// Parts of the way with the words that staff have written meanwhile, by the parts' ids.
export const withWords = (part, words) =>
  Array.isArray(part) ? part.map((each) => withWords(each, words)) : { ...part, ...words[part.id] };
