import { type Guard, runAll } from '../../log/faults.ts'
import { PROTOCOL, type Report } from '../../report/schema.ts'
import { createFitter, entityLimitsOf, type FitLimits } from '../assemble/fitter.ts'
import type { Merged } from '../assemble/merger.ts'
import { createEncoder, type Encoded, type Wanted } from './encoder.ts'
import { createEpochs, type Epoch } from './epoch.ts'
import { createSchedule } from './schedule.ts'

/** What {@link createReportFeed} needs. */
export interface FeedOptions {
  readonly probeId: string
  /** Longest pause between two beats. */
  readonly intervalMs: number
  /**
   * Collects what is known at this moment.
   *
   * @param samplesSinceMs only samples of metrics from this time of the probe's clock on are needed; omitted = all
   */
  readonly collect: (samplesSinceMs?: number) => Merged
  /** Records what goes wrong at a beat, instead of ending the process. */
  readonly guard: Guard
  /** A clock that never goes back; by default that of the process. */
  readonly monotonicMs?: () => number
}

/** One of those who take reports from a feed. */
export interface FeedMember {
  /**
   * A report is due. Whoever can takes it now, so that all have the same one.
   *
   * @param hasChanged an entity appeared or disappeared since the last beat
   */
  beat(hasChanged: boolean): void
  /** What the member needs of the report of this beat; undefined while it takes none. @param hasChanged as in {@link beat} */
  needs(hasChanged: boolean): SampleNeed | undefined
}

/** The samples of metrics that are needed. */
export interface SampleNeed {
  /** From this time of the probe's clock on; undefined = all. */
  readonly sinceMs: number | undefined
}

/** How one member takes reports. */
export interface FeedAccess {
  /** Identifies this run of the probe to the member's app; the same for all until an app wants another. */
  readonly epoch: Epoch
  /**
   * Returns a report of this moment within an app's limits: that which another member took a moment ago if it serves, else a new
   * one. Its envelope has `base` null; the number is unique in the feed, so numbers have gaps for each app.
   *
   * @param newerThan number of the last report that was sent to the app, 0 = none
   * @throws what `collect` throws
   */
  take(limits: FitLimits, need: SampleNeed & { readonly newerThan: number }): Report
  /**
   * Encodes a report that was taken.
   *
   * @returns made once for all who want the same
   */
  encode(report: Report, wanted: Omit<Wanted, 'epoch'>): Promise<Encoded>
  /** Takes no more reports. */
  leave(): void
}

/**
 * The reports of one probe, for all its apps. At each beat what is known is collected and merged once. From that are made a
 * report for each different set of limits, and a message for each different base. So apps in step cost hardly more than one.
 */
export interface ReportFeed {
  join(member: FeedMember): FeedAccess
  /** Call when an entity appeared or disappeared: there is a beat soon. */
  changed(): void
  /** Ends the beats. */
  stop(): void
}

/** A report made so long ago is still one of this moment. */
const FRESH_MS = 250

interface Moment {
  readonly merged: Merged
  readonly seq: number
  readonly beat: number
  readonly madeAtMs: number
  readonly need: SampleNeed
  /** By limits. */
  readonly reports: Map<string, Report>
}

interface Fitting {
  readonly fit: ReturnType<typeof createFitter>
  readonly users: Set<FeedMember>
}

const covers = (had: SampleNeed, need: SampleNeed): boolean =>
  had.sinceMs === undefined || (need.sinceMs !== undefined && need.sinceMs >= had.sinceMs)

const together = (needs: readonly SampleNeed[]): SampleNeed =>
  needs.some(({ sinceMs }) => sinceMs === undefined)
    ? { sinceMs: undefined }
    : { sinceMs: Math.min(...needs.map(({ sinceMs = 0 }) => sinceMs)) }

export const createReportFeed = (options: FeedOptions): ReportFeed => {
  const { probeId, intervalMs, collect, guard, monotonicMs = () => performance.now() } = options
  const schedule = createSchedule({ intervalMs, nowMs: monotonicMs })
  const members = new Set<FeedMember>()
  /** By limits of single entities. */
  const fittings = new Map<string, Fitting>()
  const epochs = createEpochs()
  const encode = createEncoder()
  let beats = 0
  /** Whether the last beat was one at which an entity had appeared or disappeared. */
  let hasChanged = false
  let seq = 0
  let moment: Moment | undefined
  let timer: NodeJS.Timeout | undefined
  let stopped = false

  const serves = (made: Moment, newerThan: number, need: SampleNeed): boolean =>
    made.seq > newerThan &&
    made.beat === beats &&
    monotonicMs() - made.madeAtMs <= FRESH_MS &&
    covers(made.need, need)

  const momentFor = (member: FeedMember, newerThan: number, need: SampleNeed): Moment => {
    if (moment !== undefined && serves(moment, newerThan, need)) return moment
    const others = [...members].flatMap((other) => (other === member ? [] : (other.needs(hasChanged) ?? [])))
    const all = together([need, ...others])
    const merged = collect(all.sinceMs)
    seq++
    moment = { merged, seq, beat: beats, madeAtMs: monotonicMs(), need: all, reports: new Map() }
    return moment
  }

  const forget = (member: FeedMember): void => {
    for (const [key, { users }] of fittings)
      if (users.delete(member) && users.size === 0) fittings.delete(key)
  }

  const fittingFor = (member: FeedMember, limits: FitLimits): Fitting => {
    const ofEntities = entityLimitsOf(limits)
    const key = JSON.stringify(ofEntities)
    const known = fittings.get(key)
    if (known?.users.has(member)) return known
    forget(member)
    const fitting = known ?? { fit: createFitter(ofEntities), users: new Set() }
    fitting.users.add(member)
    fittings.set(key, fitting)
    return fitting
  }

  const take = (
    member: FeedMember,
    limits: FitLimits,
    { newerThan, ...need }: SampleNeed & { readonly newerThan: number },
  ): Report => {
    const key = JSON.stringify(limits)
    const { fit } = fittingFor(member, limits)
    const { merged, reports, seq: number } = momentFor(member, newerThan, need)
    const known = reports.get(key)
    if (known !== undefined) return known
    const own = { probeId, epoch: epochs.first, seq: number }
    const { uptimeMs } = merged
    const report = fit(merged, { protocol: PROTOCOL, ...own, base: null, uptimeMs, intervalMs }, limits)
    reports.set(key, report)
    return report
  }

  const beat = (): void => {
    guard('send a report to an app', () => {
      hasChanged = schedule.begin()
      beats++
      runAll([...members].map((member) => () => member.beat(hasChanged)))
    })
    plan()
  }

  /** Sets the timer to the next beat. */
  const plan = (): void => {
    clearTimeout(timer)
    timer = stopped || members.size === 0 ? undefined : setTimeout(beat, Math.max(0, schedule.waitMs()))
  }

  return {
    join(member) {
      const epoch = epochs.next()
      if (members.size === 0) schedule.begin()
      members.add(member)
      if (timer === undefined) plan()
      return {
        epoch,
        take: (limits, need) => take(member, limits, need),
        encode: (report, wanted) => encode(report, { ...wanted, epoch: epoch.id }),
        leave() {
          members.delete(member)
          forget(member)
          if (members.size === 0) plan()
        },
      }
    },
    changed() {
      schedule.changed()
      plan()
    },
    stop() {
      stopped = true
      clearTimeout(timer)
    },
  }
}
