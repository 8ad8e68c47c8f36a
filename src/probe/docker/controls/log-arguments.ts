import * as z from 'zod'
import type { ControlArguments } from '../../../report/control/control.ts'
import { RequestError } from '../../channel/methods.ts'
import type { LogOptions } from '../daemon/actions.ts'

const UNIT_MS: Readonly<Record<string, number>> = {
  ns: 1e-6,
  us: 1e-3,
  µs: 1e-3,
  ms: 1,
  s: 1000,
  m: 60_000,
  h: 3_600_000,
  d: 86_400_000,
}

const DURATION = /^(?:\d+(?:\.\d+)?(?:ns|us|µs|ms|s|m|h|d))+$/
const PARTS = /(\d+(?:\.\d+)?)(ns|us|µs|ms|s|m|h|d)/g
const UNIX_TIME = /^\d{1,12}(?:\.\d{1,9})?$/
const RFC_3339 = /^(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d)(?:\.(\d{1,9}))?(Z|[+-]\d\d:\d\d)$/i

/**
 * A moment as Docker's API takes it: seconds since 1970 with up to 9 decimals, since the lines of a log are dated so exactly.
 *
 * @param text RFC 3339, a duration before now (`10m`, `1h30m`, `1.5h`), or seconds since 1970
 * @returns undefined when it is none of these
 * @example momentOf('2026-01-02T03:04:05.000000001Z', 0) // '1767323045.000000001'
 */
export const momentOf = (text: string, nowMs: number): string | undefined => {
  if (UNIX_TIME.test(text)) return text
  if (DURATION.test(text)) {
    const agoMs = [...text.matchAll(PARTS)].reduce(
      (sum, [, count, unit]) => sum + Number(count) * (UNIT_MS[unit as string] as number),
      0,
    )
    return Math.max(0, (nowMs - agoMs) / 1000).toFixed(6)
  }
  const [, date, fraction = '', zone] = RFC_3339.exec(text) ?? []
  const ms = date === undefined ? Number.NaN : Date.parse(`${date}${zone?.toUpperCase()}`)
  return Number.isNaN(ms) || ms < 0 ? undefined : `${ms / 1000}.${fraction.padEnd(9, '0')}`
}

const flag = z.enum(['true', 'false'])

const argumentsSchema = z.strictObject({
  follow: flag.default('true'),
  since: z.exactOptional(z.string().max(64)),
  until: z.exactOptional(z.string().max(64)),
  tail: z
    .string()
    .regex(/^(?:all|\d{1,9})$/, 'expected a number of lines, or all')
    .default('all'),
  stdout: flag.default('true'),
  stderr: flag.default('true'),
  timestamps: flag.default('true'),
})

const wrong = (name: string, expected: string): RequestError =>
  new RequestError('invalid_params', `${name}: ${expected}`)

/**
 * Reads the arguments of `docker_get_logs`. Empty ones count as missing.
 *
 * @throws {RequestError} that names the argument which is wrong
 */
export const logArgumentsOf = (args: ControlArguments, nowMs: number): LogOptions => {
  const given = Object.fromEntries(Object.entries(args).filter(([, text]) => text !== ''))
  const { success, data, error } = argumentsSchema.safeParse(given)
  if (!success) {
    const [issue] = error.issues
    throw wrong(issue?.path.join('.') || 'arguments', issue?.message ?? 'not what was expected')
  }
  const moment = (name: 'since' | 'until'): string | undefined => {
    const text = data[name]
    if (text === undefined) return undefined
    const found = momentOf(text.trim(), nowMs)
    if (found === undefined)
      throw wrong(name, `"${text}" is no time; expected 2026-01-02T03:04:05Z, 10m or seconds since 1970`)
    return found
  }
  const options = {
    follow: data.follow === 'true',
    since: moment('since'),
    until: moment('until'),
    tail: data.tail,
    stdout: data.stdout === 'true',
    stderr: data.stderr === 'true',
    timestamps: data.timestamps === 'true',
  }
  if (!options.stdout && !options.stderr)
    throw wrong('stdout', 'either stdout or stderr must be asked for, or both')
  return options
}
