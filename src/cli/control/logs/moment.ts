import { UsageError } from '../../options/usage-error.ts'

const AGO = /^(?:\d{1,9}(?:\.\d+)?(?:ms|s|m|h))+$/
const DAYS = /^(\d{1,6})d$/
const TIME = /^\d{4}-\d\d-\d\dT\d\d:\d\d(?::\d\d(?:\.\d+)?)?(?:Z|[+-]\d\d:\d\d)?$/

/**
 * Reads a time of `scope logs`: a duration before now (`10m`, `1h30m`, `2d`), which the probe subtracts from the clock of its own
 * host, or a time (`2026-01-31T12:00:00Z`; without zone, that of this machine).
 *
 * @returns the text that the control takes
 * @throws {UsageError}
 */
export const moment = (text: string, option: string): string => {
  const [, days] = DAYS.exec(text) ?? []
  if (days !== undefined) return `${Number(days) * 24}h`
  if (AGO.test(text)) return text
  const at = TIME.test(text) ? new Date(text) : new Date(Number.NaN)
  if (!Number.isNaN(at.getTime())) return at.toISOString()
  throw new UsageError(
    `${option}: expected how long ago (10m, 2h, 1d) or a time such as 2026-01-31T12:00:00Z, not "${text}"`,
  )
}
