/** Replaces what was cut off. */
export const CUT = '…'

/**
 * The beginning of a text, cut before its last blank: a word that was cut could be half a secret, which would not be
 * recognised as one.
 *
 * @returns the text itself when it is short enough; empty when there is no blank to cut at
 */
export const cutText = (text: string, maxLength: number): string =>
  text.length <= maxLength ? text : beforeLastBlank(text.slice(0, maxLength))

/** The part of a cut-off text that certainly ends at a whole word. */
export const beforeLastBlank = (text: string): string => {
  let end = text.length
  while (end > 0 && !/\s/.test(text[end - 1] as string)) end--
  return text.slice(0, Math.max(0, end - 1))
}

/** The first arguments, with {@link CUT} in place of those that are too many. @param maxLength total length */
export const cutWords = (argv: readonly string[], maxLength: number): readonly string[] => {
  let length = 0
  for (const [i, word] of argv.entries()) {
    if (length + word.length > maxLength) {
      const kept = cutText(word, maxLength - length)
      return [...argv.slice(0, i), kept === '' ? CUT : `${kept} ${CUT}`]
    }
    length += word.length + 1
  }
  return argv
}
