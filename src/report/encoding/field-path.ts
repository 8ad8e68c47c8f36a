const MAX_NAME = 64

/**
 * Formats the path of a value in a report.
 *
 * @param steps keys of maps and indexes of arrays, outermost first
 * @returns such as `connections[3].opened`; undefined for the report itself
 */
export const fieldPath = (steps: readonly PropertyKey[]): string | undefined => {
  if (steps.length === 0) return undefined
  return steps
    .map((step, depth) => {
      if (typeof step === 'number') return `[${step}]`
      const name = plainName(String(step))
      return depth === 0 ? name : `.${name}`
    })
    .join('')
}

// A name may come from a hostile body and ends up in logs and answers: keep it printable and short.
const plainName = (name: string): string => {
  const printable = name.replace(/[^\x20-\x7e]/gu, '?')
  return printable.length > MAX_NAME ? `${printable.slice(0, MAX_NAME)}...` : printable
}
