import { setTimeout as pause } from 'node:timers/promises'
import type { LogLine } from './log-lines.ts'

/** A line, and from which of the sources it is. */
export interface SourcedLine extends LogLine {
  /** Its index. */
  readonly source: number
}

/** What {@link mergeLogs} needs. */
export interface MergeOptions {
  /**
   * How long a line waits for older ones of other sources, in ms: `Infinity` when all of them end, so that the order is right; when they go
   * on, long enough for what is on its way.
   */
  readonly holdMs: number
  /**
   * How long from the beginning on, in ms, a line waits for a source of which none has come yet: it may have older ones, and take longer
   * than another to be opened. By default no longer than for those that have begun.
   */
  readonly beginsWithinMs?: number
  readonly nowMs: () => number
  /** Called when a source has failed; the others go on. */
  readonly onError: (source: number, error: Error) => void
}

interface Source {
  readonly queue: { readonly line: SourcedLine; readonly arrivedMs: number }[]
  /** Whether a line of it has come. */
  hasBegun: boolean
  isDone: boolean
  /** Lets the source go on when it waits for room. */
  resume: () => void
}

/** Lines that are kept of each source. */
const QUEUED = 1000
const BATCH = 1000

/**
 * Merges logs by the time of their lines. Each source has its own order, which is kept; of a source that is not read on, no more than
 * some 1,000 lines are kept.
 *
 * @returns lines, as many as there are at the moment
 */
export async function* mergeLogs(
  logs: readonly AsyncIterable<readonly LogLine[]>[],
  { holdMs, beginsWithinMs = 0, nowMs, onError }: MergeOptions,
): AsyncGenerator<readonly SourcedLine[]> {
  let wake = (): void => undefined
  let isOver = false
  const sources = logs.map(
    (): Source => ({ queue: [], hasBegun: false, isDone: false, resume: () => undefined }),
  )
  const haveBegunAtMs = nowMs() + beginsWithinMs

  const read = async (
    log: AsyncIterable<readonly LogLine[]>,
    index: number,
    source: Source,
  ): Promise<void> => {
    try {
      for await (const lines of log) {
        const arrivedMs = nowMs()
        for (const line of lines) source.queue.push({ line: { ...line, source: index }, arrivedMs })
        source.hasBegun = true
        wake()
        if (isOver) return
        if (source.queue.length >= QUEUED)
          await new Promise<void>((resolve) => {
            source.resume = resolve
          })
      }
    } catch (error) {
      if (!isOver) onError(index, error as Error)
    } finally {
      source.isDone = true
      wake()
    }
  }
  for (const [index, log] of logs.entries()) void read(log, index, sources[index] as Source)

  try {
    for (;;) {
      const batch: SourcedLine[] = []
      let waitMs: number | undefined = 0
      while (batch.length < BATCH) {
        const oldest = oldestOf(sources)
        waitMs = whenOut(sources, oldest, { holdMs, haveBegunAtMs, nowMs })
        if (oldest === undefined || waitMs === undefined || waitMs > 0) break
        batch.push((oldest.queue.shift() as Source['queue'][number]).line)
        if (oldest.queue.length < QUEUED / 2) oldest.resume()
      }
      if (batch.length > 0) {
        yield batch
        continue
      }
      if (sources.every(({ isDone, queue }) => isDone && queue.length === 0)) return
      const woken = new Promise<void>((resolve) => {
        wake = resolve
      })
      await (waitMs === undefined || waitMs === Number.POSITIVE_INFINITY ? woken : firstOf(woken, waitMs))
    }
  } finally {
    isOver = true
    for (const source of sources) source.resume()
  }
}

const firstOf = async (woken: Promise<void>, waitMs: number): Promise<void> => {
  const timer = new AbortController()
  await Promise.race([woken, pause(waitMs, undefined, { signal: timer.signal }).catch(() => undefined)])
  timer.abort()
}

const oldestOf = (sources: readonly Source[]): Source | undefined => {
  let oldest: Source | undefined
  for (const source of sources) {
    const head = source.queue[0]
    const before = oldest?.queue[0]
    if (head !== undefined && (before === undefined || head.line.sortKey < before.line.sortKey))
      oldest = source
  }
  return oldest
}

/** After how many ms the oldest line can go out; undefined when there is none. */
const whenOut = (
  sources: readonly Source[],
  oldest: Source | undefined,
  {
    holdMs,
    haveBegunAtMs,
    nowMs,
  }: Pick<MergeOptions, 'holdMs' | 'nowMs'> & { readonly haveBegunAtMs: number },
): number | undefined => {
  const head = oldest?.queue[0]
  if (head === undefined) return undefined
  const missing = sources.filter(({ isDone, queue }) => !isDone && queue.length === 0)
  if (missing.length === 0) return 0
  const heldMs = head.arrivedMs + holdMs
  const untilMs = missing.every(({ hasBegun }) => hasBegun) ? heldMs : Math.max(heldMs, haveBegunAtMs)
  return Math.max(0, untilMs - nowMs())
}
