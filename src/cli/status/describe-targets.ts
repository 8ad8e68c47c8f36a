import { type PublishStatus, targetName } from '../../probe/publish/publish-status.ts'
import { literalAddress } from '../../probe/targets/target-url.ts'
import { durationText } from './times.ts'

/** When something was found out. */
export interface Times {
  /** When the probe last wrote its status, in ms since 1970. */
  readonly writtenMs: number
  readonly nowMs: number
}

/**
 * Describes how it stands with each app that a probe reports to, one line for each:
 *
 * `publishes to http://scope1:4030 (10.0.0.5): ok, last report 1 s ago (12.4 kB, answered in 35 ms)`
 *
 * @param intervalMs the usual pause between two reports; undefined when it is not known
 */
export const targetLines = (apps: readonly PublishStatus[], times: Times, intervalMs?: number): string[] =>
  apps.map((app) => {
    const { state, reason, origin, unproven } = app
    const why = reason === '' ? '' : ` (${reason})`
    const parts = [
      `${state}${why}`,
      origin === 'discovered' ? foundWords(app.url) : '',
      unproven ? 'unverified there' : '',
      slowText(app, intervalMs),
      lastText(app, times),
    ]
    return `publishes to ${targetName(app)}: ${parts.filter((part) => part !== '').join(', ')}`
  })

/** Multicast DNS tells addresses, weaveDNS a name. */
const foundWords = (url: string): string =>
  literalAddress(url) === undefined ? 'found by weaveDNS' : 'found on the local network'

const slowText = ({ state, intervalMs }: PublishStatus, usualMs = Number.POSITIVE_INFINITY): string =>
  state === 'ok' && intervalMs !== undefined && intervalMs > usualMs
    ? `slow: every ${seconds(intervalMs)}`
    : ''

const lastText = (app: PublishStatus, { writtenMs, nowMs }: Times): string => {
  const { state, lastSuccessAt, lastBytes, lastDurationMs } = app
  if (lastSuccessAt === undefined) return ''
  // While all goes well the status is written less often than reports are sent, and tells the last one before it was.
  const asOfMs = state === 'ok' ? writtenMs : nowMs
  const ago = durationText(Math.max(0, asOfMs - Date.parse(lastSuccessAt)))
  const delay = lastDurationMs === undefined ? '' : `, answered in ${millisecondsText(lastDurationMs)}`
  return `last report ${ago} ago${lastBytes === undefined ? '' : ` (${sizeText(lastBytes)}${delay})`}`
}

const seconds = (ms: number): string => `${Number((ms / 1000).toFixed(ms < 10_000 ? 1 : 0))} s`

const millisecondsText = (ms: number): string => (ms < 1000 ? `${Math.round(ms)} ms` : seconds(ms))

const sizeText = (bytes: number): string => {
  if (bytes < 1000) return `${bytes} B`
  return bytes < 1e6 ? `${(bytes / 1e3).toFixed(1)} kB` : `${(bytes / 1e6).toFixed(1)} MB`
}
