/** How many single changes (put in, take out, exchange) make one text of the other. */
export const distance = (a: string, b: string): number => {
  let row = Array.from({ length: b.length + 1 }, (_, index) => index)
  for (let i = 1; i <= a.length; i++) {
    const next = [i]
    for (let j = 1; j <= b.length; j++)
      next.push(
        Math.min(
          (row[j] ?? 0) + 1,
          (next[j - 1] ?? 0) + 1,
          (row[j - 1] ?? 0) + (a[i - 1] === b[j - 1] ? 0 : 1),
        ),
      )
    row = next
  }
  return row[b.length] ?? 0
}

const MOST = 5
const LONGEST = 100

/**
 * The names that somebody may have meant: those that have a part of the text in them, or differ in few letters.
 *
 * @returns the most similar first
 */
export const similarNames = (text: string, names: readonly string[]): readonly string[] => {
  const meant = text.toLowerCase().slice(0, LONGEST)
  const tolerated = Math.max(1, Math.floor(meant.length / 3))
  const scored = [...new Set(names)].map((name) => {
    const other = name.toLowerCase().slice(0, LONGEST)
    // The beginning counts as well: `web` for `web-frontend-1`.
    const away = Math.min(distance(meant, other), distance(meant, other.slice(0, meant.length)) + 0.5)
    return { name, away }
  })
  return scored
    .filter(({ away }) => away <= tolerated + 0.5)
    .sort((a, b) => a.away - b.away || (a.name < b.name ? -1 : 1))
    .slice(0, MOST)
    .map(({ name }) => name)
}
