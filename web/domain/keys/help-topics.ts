/** Lines of the help about one subject. */
export interface HelpTopic {
  readonly title: string
  readonly lines: readonly { readonly keys: readonly string[]; readonly does: string }[]
}

const BREAK = '\u200b'

/**
 * A text in pieces between which a line may break: within long words (names, paths, addresses) after what parts them. Else lines break at
 * blanks only.
 */
export function breakable(text: string): readonly string[] {
  const parted = (word: string) => word.replace(/(?<=[\p{L}\p{N}][./:=_@-])(?=[\p{L}\p{N}])/gu, BREAK)
  return text.replace(/\S{21,}/gu, parted).split(BREAK)
}

/**
 * What of the help has all words of a text: lines by what they do, by their keys, or by their topic's title. Topics without such
 * lines are left out.
 */
export function foundTopics(topics: readonly HelpTopic[], text: string): readonly HelpTopic[] {
  const words = text.toLowerCase().split(/\s+/).filter(Boolean)
  return topics.flatMap(({ title, lines }) => {
    const found = lines.filter(({ keys, does }) => {
      const all = [title, ...keys, does].join(' ').toLowerCase()
      return words.every((word) => all.includes(word))
    })
    return found.length > 0 ? [{ title, lines: found }] : []
  })
}
