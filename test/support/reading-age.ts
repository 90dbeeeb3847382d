/**
 * The age at which sentences can be read: the Flesch-Kincaid grade (Kincaid and others, 1975) plus five, the age at
 * which grade 0 begins. Syllables are counted by their vowels, as such formulas are.
 */
export function readingAge(sentences: readonly string[]): number {
  const words = sentences.flatMap(wordsOf);
  if (words.length === 0) return 0;
  const syllables = words.reduce((sum, word) => sum + syllablesOf(word), 0);
  const grade = 0.39 * (words.length / sentences.length) + 11.8 * (syllables / words.length) - 15.59;
  return grade + 5;
}

/** What a page says, cut into sentences. Headings and labels end without a full stop, and are one each. */
export function sentencesOf(texts: readonly string[]): string[] {
  return texts
    .flatMap((text) => text.split(/(?<=[.?!:])\s+|\n+/))
    .map((text) => text.trim())
    .filter((text) => wordsOf(text).length > 0);
}

function wordsOf(text: string): string[] {
  return text.match(/[A-Za-z’']+/g) ?? [];
}

export function syllablesOf(word: string): number {
  const plain = word.toLowerCase().replaceAll(/[^a-z]/g, '');
  if (plain.length <= 3) return 1;
  const spoken = plain.replace(/(?:[^laeiouy]es|[^td]ed|[^laeiouy]e)$/, '').replace(/^y/, '');
  return Math.max(1, spoken.match(/[aeiouy]{1,2}/g)?.length ?? 1);
}
