import type { ProbeStatusDocument } from '../../probe/status-file.ts'
import type { CollectorStatus } from '../../report/schema.ts'
import { durationText, momentText } from './times.ts'

const numbers = new Intl.NumberFormat('en')

function countText(count: number, one: string, many = `${one}s`): string {
  return `${numbers.format(count)} ${count === 1 ? one : many}`
}

const howWords: Readonly<Record<string, string>> = {
  ebpf: 'tracing with eBPF',
  proc: 'polling /proc',
  off: 'sees no connections',
}

/** Counters shown in the text, in this order; the others appear only with `--json`. */
const counterWords: readonly (readonly [key: string, words: (count: number) => string])[] = [
  ['tracked', (count) => countText(count, 'connection followed', 'connections followed')],
  ['listening', (count) => countText(count, 'listening socket')],
  ['events', (count) => countText(count, 'event')],
  ['polls', (count) => countText(count, 'poll')],
  ['lost', (count) => `${numbers.format(count)} lost`],
  ['recursionMisses', (count) => (count === 0 ? '' : `${numbers.format(count)} skipped by the kernel`)],
  ['stateFull', (count) => (count === 0 ? '' : `${numbers.format(count)} beyond the size of its table`)],
  [
    'repairs',
    (count) => (count === 0 ? '' : `repaired ${count === 1 ? 'once' : `${countText(count, 'time')}`}`),
  ],
  ['unattributed', (count) => (count === 0 ? '' : `${numbers.format(count)} without a process`)],
]

/** Counters that are ages, in seconds, at the time when the status was written. */
const ageWords: readonly (readonly [key: string, what: string])[] = [
  ['secondsSinceSnapshot', 'last snapshot'],
  ['secondsSinceFullPass', 'last full pass'],
]

function counterText({ counters }: CollectorStatus, fileAgeMs: number): string {
  const counts = counterWords.map(([key, words]) => {
    const count = counters[key]
    return count === undefined ? '' : words(count)
  })
  const ages = ageWords.map(([key, what]) => {
    const seconds = counters[key]
    return seconds === undefined ? '' : `${what} ${durationText(seconds * 1000 + fileAgeMs)} ago`
  })
  return [...counts, ...ages].filter((text) => text !== '').join(', ')
}

/**
 * Describes how the probe sees connections: since when, what it has seen and missed, and why it is not better:
 *
 * `tracing with eBPF since 13:07 (2 h): 1,204 connections followed, 48,211 events, 0 lost, last snapshot 12 s ago`.
 */
export function connectionsText(status: ProbeStatusDocument, now: Date): string {
  const collector = status.collectors.find(({ id }) => id === 'connections')
  if (collector === undefined || collector.state === 'waiting') return 'has not said yet how it traces'
  const since = new Date(Date.parse(status.startedAt) + collector.sinceMs)
  const age = durationText(now.getTime() - since.getTime())
  const counts = counterText(collector, Math.max(0, now.getTime() - Date.parse(status.writtenAt)))
  const how = `${howWords[collector.mode] ?? collector.mode} since ${momentText(since, now)} (${age})`
  return [
    how,
    counts === '' ? '' : `: ${counts}`,
    collector.reason === '' ? '' : `; ${collector.reason}`,
  ].join('')
}

/** Resource usage of the probe itself: `takes 0.6 % of a core, 64 MB`. */
export function usageText({ usage }: ProbeStatusDocument): string {
  const memory = `${Math.round(usage.rssBytes / 1e6)} MB`
  return usage.cpuPercent === null
    ? `takes ${memory}`
    : `takes ${usage.cpuPercent.toFixed(1)} % of a core, ${memory}`
}
