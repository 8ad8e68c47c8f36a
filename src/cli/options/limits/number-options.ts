import type { ValueParser } from '../value-parser.ts'
import { countValue, formatSize, sizeValue } from '../values.ts'

/** An option whose value is one of several numbers. */
export interface NumberOption<Choices> {
  readonly key: keyof Choices
  readonly parse: ValueParser<number>
  readonly format: (value: number) => string
}

/** Such options by name, without dashes. */
export type NumberOptions<Choices> = ReadonlyMap<string, NumberOption<Choices>>

/** An option that takes a whole number. */
export const counted = <Choices>(key: keyof Choices, min: number, max: number): NumberOption<Choices> => ({
  key,
  parse: countValue(min, max),
  format: String,
})

/** An option that takes a size in bytes. */
export const sized = <Choices>(
  key: keyof Choices,
  minBytes: number,
  maxBytes: number,
): NumberOption<Choices> => ({ key, parse: sizeValue(minBytes, maxBytes), format: formatSize })

/** Formats choices as arguments; those that have their defaults are left out. */
export const numberArguments = <Choices extends Readonly<Record<keyof Choices, number>>>(
  options: NumberOptions<Choices>,
  choices: Choices,
  defaults: Choices,
): string[] =>
  [...options].flatMap(([name, { key, format }]) =>
    choices[key] === defaults[key] ? [] : [`--${name}=${format(choices[key])}`],
  )
