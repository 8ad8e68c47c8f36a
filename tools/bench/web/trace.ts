import { percentile } from '../probe/statistics.ts'

/** An event of a trace of Chromium; times are microseconds. */
export interface TraceEvent {
  readonly name: string
  readonly ph: string
  readonly pid: number
  readonly tid: number
  readonly ts?: number
  readonly dur?: number
  /** CPU time of the thread. */
  readonly tdur?: number
  readonly args?: { readonly name?: string }
}

/** What the threads of a page did in a while. */
export interface Threads {
  /** How long they were watched. */
  readonly lengthMs: number
  /** CPU time of the page's own thread in each sixtieth of a second, ms. What else the machine does adds nothing to it. */
  readonly mainMedianMs: number
  readonly mainP95Ms: number
  /** CPU time of the page's own thread, and of its workers together, as a share of the time. */
  readonly mainShare: number
  readonly workerShare: number
  /** How many tasks of the page's own thread took over 50 ms of CPU time, and what the longest took, ms. */
  readonly blocks: number
  readonly longestTaskMs: number
  /** Frames of the map drawn each second. */
  readonly framesPerSecond: number
  /** Share of the display's frames for which none was drawn. */
  readonly dropped: number
  /** From the arrival of a message to the end of the next frame that shows it, ms, medians; NaN when none came. */
  readonly toDrawnMs: number
}

/** Categories of Chromium's trace that {@link threadsOf} reads. */
export const TRACE_CATEGORIES = ['toplevel', 'devtools.timeline']

/** A task of this length keeps somebody waiting. */
const BLOCK_US = 50_000

const FRAME = /^FireAnimationFrame$/
const FRAME_US = 1_000_000 / 60

interface Span {
  readonly from: number
  readonly to: number
  readonly cpu: number
}

/** Reads a trace. The map is drawn by animation frames, of a worker where one has any, else of the page's own thread. */
export const threadsOf = (events: readonly TraceEvent[]): Threads => {
  const threads = new Map<string, string>()
  for (const { name, ph, pid, tid, args } of events)
    if (ph === 'M' && name === 'thread_name') threads.set(`${pid} ${tid}`, args?.name ?? '')
  const spans = (name: RegExp, isOf: (thread: string) => boolean, pid?: number) =>
    events.flatMap((event): Span[] => {
      if (event.ts === undefined || !name.test(event.name)) return []
      if (pid !== undefined && event.pid !== pid) return []
      if (!isOf(threads.get(`${event.pid} ${event.tid}`) ?? '')) return []
      const { ts, dur = 0, tdur = dur } = event
      return [{ from: ts, to: ts + dur, cpu: tdur }]
    })
  const isMain = (thread: string) => thread === 'CrRendererMain'
  const isWorker = (thread: string) => thread.startsWith('DedicatedWorker')
  const threadOf = ({ pid, tid }: TraceEvent) => threads.get(`${pid} ${tid}`) ?? ''
  // While a page loads, the process of the empty one before it may be the busiest.
  const drawing = new Set(
    events.filter((event) => FRAME.test(event.name) && isWorker(threadOf(event))).map(({ pid }) => pid),
  )
  const isShown = (event: TraceEvent) =>
    isMain(threadOf(event)) && (drawing.size === 0 || drawing.has(event.pid))
  const pid = busiest(events, isShown)
  const task = /RunTask$/
  const main = spans(task, isMain, pid)
  const begin = Math.min(...main.map(({ from }) => from))
  const end = Math.max(...main.map(({ to }) => to))
  const slots = new Array<number>(Math.max(1, Math.ceil((end - begin) / FRAME_US))).fill(0)
  for (const { from, to, cpu } of main)
    for (let slot = Math.floor((from - begin) / FRAME_US); begin + slot * FRAME_US < to; slot++) {
      const [lower, upper] = [begin + slot * FRAME_US, begin + (slot + 1) * FRAME_US]
      slots[slot] =
        (slots[slot] ?? 0) + ((Math.min(to, upper) - Math.max(from, lower)) * cpu) / (to - from) / 1000
    }
  const ofWorker = spans(FRAME, isWorker, pid)
  const frames = (ofWorker.length > 0 ? ofWorker : spans(FRAME, isMain, pid)).sort((a, b) => a.from - b.from)
  const heard = spans(/^WebSocketReceive$/, isMain, pid)
  const toDrawn = heard.flatMap(({ from }) => {
    const handled = main.find((one) => one.from <= from && from <= one.to)?.to ?? from
    const frame = frames.find((one) => one.from >= handled)
    return frame ? [(frame.to - from) / 1000] : []
  })
  const lengthUs = end - begin
  const sum = (all: readonly Span[]) => all.reduce((total, { cpu }) => total + cpu, 0)
  return {
    lengthMs: lengthUs / 1000,
    mainMedianMs: percentile(slots, 0.5),
    mainP95Ms: percentile(slots, 0.95),
    mainShare: sum(main) / lengthUs,
    blocks: main.filter(({ cpu }) => cpu > BLOCK_US).length,
    longestTaskMs: main.reduce((longest, { cpu }) => Math.max(longest, cpu), 0) / 1000,
    // Frames of workers are not part of their tasks.
    workerShare: (sum(spans(task, isWorker, pid)) + sum(ofWorker)) / lengthUs,
    framesPerSecond: (frames.length * 1_000_000) / lengthUs,
    dropped: Math.max(0, 1 - (frames.length * FRAME_US) / lengthUs),
    toDrawnMs: percentile(toDrawn, 0.5),
  }
}

/** The process that has the longest tasks. */
const busiest = (events: readonly TraceEvent[], isOf: (event: TraceEvent) => boolean): number | undefined => {
  const sums = new Map<number, number>()
  for (const event of events)
    if (event.dur !== undefined && isOf(event)) sums.set(event.pid, (sums.get(event.pid) ?? 0) + event.dur)
  return [...sums].sort(([, a], [, b]) => b - a)[0]?.[0]
}
