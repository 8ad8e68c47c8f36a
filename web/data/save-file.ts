/** Until then, the browser has read what it saves. */
const READ_MS = 60_000

/**
 * Has the browser save a file.
 *
 * @param name what it is of; the time is added, and what file systems do not take is replaced
 * @param ending such as `csv`
 * @param type media type
 */
export function saveFile(name: string, ending: string, type: string, content: string | Blob): void {
  const link = document.createElement('a')
  link.href = URL.createObjectURL(new Blob([content], { type }))
  const time = new Date().toISOString().slice(0, 19).replaceAll(':', '-')
  link.download = `${name.replace(/[^\w.-]+/g, '-')}-${time}.${ending}`
  link.click()
  setTimeout(() => URL.revokeObjectURL(link.href), READ_MS)
}
