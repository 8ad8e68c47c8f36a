import type { OfferedArgument, OfferedControl } from '../../../src/api/control.ts'

/** What the fields of arguments are filled in with, by name. */
export type ArgumentValues = Readonly<Record<string, string>>

/** What fields begin with. */
export function usualValues(described: readonly OfferedArgument[]): ArgumentValues {
  return Object.fromEntries(described.map((argument) => [argument.name, usualValue(argument)]))
}

/**
 * The arguments to use a control with. What was left as it is when an argument is left out is left out: the probe then does
 * what it always does.
 */
export function argumentsOf(
  described: readonly OfferedArgument[],
  values: ArgumentValues,
): Record<string, string> {
  return Object.fromEntries(
    given(described, values).map(({ argument, value }) => [argument.name, value] as const),
  )
}

/** What an argument is filled in with; empty when it is not. */
export function filledIn(name: string, values: ArgumentValues): string {
  return (Object.hasOwn(values, name) ? values[name] : undefined) ?? ''
}

/** The first argument that is required and not filled in. */
export function missingArgument(
  described: readonly OfferedArgument[],
  values: ArgumentValues,
): OfferedArgument | undefined {
  return described.find(({ name, required }) => required === true && !filledIn(name, values))
}

/** What was filled in, for people: `Signal: SIGHUP. In a terminal (TTY): no.` Empty when nothing differs from the usual. */
export function argumentWords(described: readonly OfferedArgument[], values: ArgumentValues): string {
  return given(described, values)
    .map(({ argument: { label, kind }, value }) => {
      const shown = kind === 'flag' ? (value === 'true' ? 'yes' : 'no') : value
      return `${label}: ${shown}.`
    })
    .join(' ')
}

/**
 * What it is called to use a control with arguments, by the first of them: `Kill with signal …`. Abbreviations stay as they
 * are.
 *
 * @returns undefined when there is nothing to fill in
 */
export function withArgumentsWords({
  human,
  arguments: [first] = [],
}: Pick<OfferedControl, 'human' | 'arguments'>): string | undefined {
  return (
    first && `${human} with ${first.label.replace(/^\p{Lu}(?!\p{Lu})/u, (letter) => letter.toLowerCase())} …`
  )
}

function usualValue({ kind, default: usual }: OfferedArgument): string {
  return usual ?? (kind === 'flag' ? 'false' : '')
}

function given(described: readonly OfferedArgument[], values: ArgumentValues) {
  return described.flatMap((argument) => {
    const value = filledIn(argument.name, values)
    const isUsual = value === '' || (value === usualValue(argument) && argument.required !== true)
    return isUsual ? [] : [{ argument, value }]
  })
}
