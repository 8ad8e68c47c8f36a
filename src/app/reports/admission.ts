import type { ReportMessage } from '../../report/delta/delta-schema.ts'
import type { Envelope } from '../../report/schema.ts'
import type { HeldReport } from '../../topology/held-report.ts'

/** What is remembered of a probe, even while it is silent. */
export interface ProbeMemory {
  readonly epoch: string
  /** `seq` of the newest report of that epoch. */
  readonly seq: number
  readonly uptimeMs: number
  /** Earlier epochs, the newest last. */
  readonly replaced: readonly string[]
}

/** Why a valid report is not accepted. */
export interface ReportRefusal {
  readonly code:
    | 'too_many_probes'
    | 'too_much_in_all'
    | 'not_reported'
    | 'need_full'
    | 'epoch_replaced'
    | 'key_in_use'
    | 'stale_seq'
    | 'host_taken'
    | 'clock_went_back'
    | 'was_verified'
    | 'too_many_hosts'
    | 'too_many_unverified'
    | 'known_hosts_unusable'
  readonly message: string
  readonly field: string
}

/** So many probes are remembered that are gone. */
const GONE_REMEMBERED = 1024

/**
 * Most probes that are remembered, so that what they have sent cannot be sent again: all that report, and then those that are gone.
 *
 * @param probes most that may report
 */
export const mostRemembered = (probes: number): number => probes + GONE_REMEMBERED

/** So many starts of a probe are remembered within one of the app: a report of an earlier one would be taken again. */
const MAX_REPLACED = 1024

/** What a report needs to know of the other probes that report. */
export interface OtherProbes {
  /** The report of the one that reports this host already. */
  readonly holder: HeldReport | undefined
  /** How many report. */
  readonly count: number
  /** Most that may. */
  readonly maxProbes: number
}

/**
 * Decides whether a valid report is accepted, given the reports that are held.
 *
 * @param memory what is remembered of its probe
 * @param own the live report of its probe, which may be the base of a delta
 * @returns undefined when the report is accepted
 */
export const refuseReport = (
  { envelope, host }: ReportMessage,
  memory: ProbeMemory | undefined,
  own: HeldReport | undefined,
  { holder, count, maxProbes }: OtherProbes,
): ReportRefusal | undefined => {
  if (memory?.replaced.includes(envelope.epoch)) return refuseEpoch(envelope, own)
  if (memory?.epoch === envelope.epoch) {
    if (envelope.seq <= memory.seq)
      return {
        code: 'stale_seq',
        field: 'envelope.seq',
        message: `report ${envelope.seq} comes after report ${memory.seq}`,
      }
    if (envelope.uptimeMs < memory.uptimeMs)
      return {
        code: 'clock_went_back',
        field: 'envelope.uptimeMs',
        message: `an uptime of ${envelope.uptimeMs} ms comes after one of ${memory.uptimeMs} ms`,
      }
  }
  if (holder !== undefined)
    return {
      code: 'host_taken',
      field: 'host.id',
      message:
        `the host ${host.id} (${host.name}) is already reported by the probe ${holder.report.envelope.probeId}; ` +
        'stop one of the two, or give one another name with SCOPE_HOSTNAME',
    }
  if (own === undefined && count >= maxProbes)
    return {
      code: 'too_many_probes',
      field: 'envelope.probeId',
      message: `${maxProbes} probes report already, and the app takes no more; stop some, or start another app`,
    }
  if (envelope.base !== null && !isBase(own, envelope))
    return {
      code: 'need_full',
      field: 'envelope.base',
      message: `report ${envelope.base} is not held; send a whole report`,
    }
  // A delta says nothing of what stays, and all that is held must be of one host.
  if (envelope.base !== null && own?.report.host.id !== host.id)
    return { code: 'need_full', field: 'envelope.base', message: 'the host has changed; send a whole report' }
  return undefined
}

/**
 * Chooses the refusal for a report of a replaced epoch. If the probe has no live report, it just needs to start a new
 * epoch. Otherwise another probe with the same key has started one and is reporting.
 */
const refuseEpoch = ({ probeId }: Envelope, own: HeldReport | undefined): ReportRefusal => {
  const field = 'envelope.epoch'
  if (own === undefined)
    return {
      code: 'epoch_replaced',
      field,
      message: `this epoch of the probe ${probeId} is over; begin another`,
    }
  const { id, name } = own.report.host
  return {
    code: 'key_in_use',
    field,
    message:
      `another probe with the same probe.key reports from the host ${name} (${id}), as when a machine or its state ` +
      'directory was copied; delete probe.key in the state directory of the copy, and start its probe again',
  }
}

const isBase = (own: HeldReport | undefined, { epoch, base }: Envelope): boolean =>
  own?.report.envelope.epoch === epoch && own.report.envelope.seq === base

/** What to remember of a probe after accepting its report. */
export const remember = (
  memory: ProbeMemory | undefined,
  envelope: Pick<Envelope, 'epoch' | 'seq' | 'uptimeMs'>,
): ProbeMemory => {
  const { epoch, seq, uptimeMs } = envelope
  if (memory === undefined || memory.epoch === epoch)
    return { epoch, seq, uptimeMs, replaced: memory?.replaced ?? [] }
  return { epoch, seq, uptimeMs, replaced: [...memory.replaced, memory.epoch].slice(-MAX_REPLACED) }
}

/** What a probe says that stops: it takes its report with it. */
export interface Goodbye {
  readonly probeId: string
  readonly epoch: string
  /** Number of the last report that it made for this app. */
  readonly seq: number
}

/**
 * Decides whether a goodbye that its probe has signed ends its live report. It does so once: one that comes again, or late,
 * is about a report that is gone, or about one before that which is held.
 *
 * @param own the live report of its probe
 * @param verified whether the goodbye proves the cluster key
 * @returns undefined when it does
 */
export const refuseGoodbye = (
  { epoch, seq }: Goodbye,
  own: HeldReport | undefined,
  verified: boolean,
): ReportRefusal | undefined => {
  if (own === undefined || own.verified !== verified || own.report.envelope.epoch !== epoch)
    return {
      code: 'not_reported',
      field: 'epoch',
      message: 'nothing is held of this start of the probe',
    }
  if (own.report.envelope.seq > seq)
    return {
      code: 'stale_seq',
      field: 'seq',
      message: `the goodbye after report ${seq} comes after report ${own.report.envelope.seq}`,
    }
  return undefined
}

/** What reports have, as far as it is counted over all of them. */
export interface Total {
  readonly nodes: number
  readonly connections: number
  /** See `ReportSize`. */
  readonly reportBytes: number
}

/** Most that all verified probes may have together. */
export interface InAll extends Total {
  readonly probes: number
}

/** What of a report is counted, and what is said where there is no room for it. */
const counted = [
  {
    part: 'nodes',
    option: '--app.max-nodes-total',
    inWords: ({ most, now, own }: Room) =>
      `all probes together may tell of ${most} nodes, and tell of ${now}: there is no room for ${own} of this one`,
  },
  {
    part: 'connections',
    option: '--app.max-connections-total',
    inWords: ({ most, now, own }: Room) =>
      `all probes together may tell of ${most} connections, and tell of ${now}: there is no room for ${own} of this one`,
  },
  {
    part: 'reportBytes',
    option: '--app.max-reports-total',
    inWords: ({ most, now, own }: Room) =>
      `the reports of all probes together may take ${most} bytes, and take ${now}: there is no room for the ${own} of this one`,
  },
] as const

interface Room {
  readonly most: number
  readonly now: number
  readonly own: number
}

/**
 * Decides whether there is room for a whole report among those of all verified probes. A probe that is told that there
 * is none sends a smaller one.
 *
 * @param own what the report has
 * @param before what the live report of its probe has, which it replaces, if that is verified
 * @param total of all verified reports that are held
 */
export const refuseForTotal = (
  own: Total,
  before: Total | undefined,
  total: Total,
  inAll: InAll,
): ReportRefusal | undefined => {
  for (const { part, option, inWords } of counted) {
    const added = own[part] - (before?.[part] ?? 0)
    if (added <= 0 || total[part] + added <= inAll[part]) continue
    const room = { most: inAll[part], now: total[part], own: own[part] }
    return {
      code: 'too_much_in_all',
      field: part === 'reportBytes' ? 'body' : part,
      message: `${inWords(room)}; start the app with a higher ${option}`,
    }
  }
  return undefined
}

/** How long a probe may stay silent before its nodes are removed. Rule 6 of the model. */
export const silenceLimitMs = (windowMs: number, { intervalMs }: Pick<Envelope, 'intervalMs'>): number =>
  Math.max(windowMs, 3 * intervalMs)
