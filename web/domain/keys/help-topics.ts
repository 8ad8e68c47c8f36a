/** Lines of the help about one subject. */
export interface HelpTopic {
  readonly title: string
  readonly lines: readonly { readonly keys: readonly string[]; readonly does: string }[]
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
