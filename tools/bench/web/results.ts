import { median } from '../probe/statistics.ts'
import type { Threads } from './trace.ts'
import { phases, type Visit } from './visit.ts'

/** A figure of visits: what it is called, how it is taken from one, and the most or least that it should be at a size. */
interface Figure {
  readonly name: string
  readonly of: (visit: Visit) => number
  readonly digits: number
  readonly target?: (size: number) => { readonly most?: number; readonly least?: number } | undefined
}

const at = (size: number, most: number) => (nodes: number) => (nodes === size ? { most } : undefined)

/** What of dropped frames is the machine's doing. */
const ofEmptyCanvas: readonly Figure[] = [
  { name: 'panning an empty canvas: frames dropped, %', of: ({ empty }) => 100 * empty.dropped, digits: 1 },
  {
    name: 'panning: frames for each of an empty canvas',
    of: ({ phases, empty }) => phases.panning.framesPerSecond / empty.framesPerSecond,
    digits: 3,
    target: (size) => (size === 2000 ? { least: 0.98 } : undefined),
  },
]

/** What the longest tasks of all phases make. */
const worst = (of: (threads: Threads) => number, sum: (a: number, b: number) => number) => (visit: Visit) =>
  phases.map((phase) => of(visit.phases[phase])).reduce((a, b) => sum(a, b))

const ofThreads = (phase: (typeof phases)[number]): readonly Figure[] => {
  const figure = (name: string, of: (threads: Threads) => number, digits = 1): Figure => ({
    name: `${phase}: ${name}`,
    of: (visit) => of(visit.phases[phase]),
    digits,
  })
  const isPan = phase === 'panning'
  return [
    figure('page’s thread, CPU a frame, median, ms', ({ mainMedianMs }) => mainMedianMs, 2),
    {
      ...figure('page’s thread, CPU a frame, p95, ms', ({ mainP95Ms }) => mainP95Ms, 2),
      target: at(2000, 4),
    },
    figure('page’s thread busy, %', ({ mainShare }) => 100 * mainShare),
    figure('workers busy, %', ({ workerShare }) => 100 * workerShare),
    {
      ...figure('frames drawn a second', ({ framesPerSecond }) => framesPerSecond),
      ...(isPan && { target: (size: number) => (size === 5000 ? { least: 30 } : undefined) }),
    },
    ...(phase === 'idle'
      ? [figure('frame received to drawn, ms', ({ toDrawnMs }) => toDrawnMs)]
      : [
          {
            ...figure('frames dropped, %', ({ dropped }) => 100 * dropped),
            ...(isPan && { target: at(2000, 2) }),
          },
          ...(isPan ? ofEmptyCanvas : []),
        ]),
  ]
}

const figures: readonly Figure[] = [
  { name: 'first map, ms', of: ({ firstMapMs }) => firstMapMs, digits: 0, target: at(2000, 2000) },
  { name: 'settling, ms', of: ({ settlingMs }) => settlingMs, digits: 0 },
  { name: 'first map: page’s thread, CPU, ms', of: ({ loading }) => loading.mainMs, digits: 0 },
  { name: 'first map: workers, CPU, ms', of: ({ loading }) => loading.workersMs, digits: 0 },
  { name: 'first map: longest block, CPU, ms', of: ({ loading }) => loading.longestTaskMs, digits: 0 },
  ...phases.flatMap(ofThreads),
  {
    name: 'blocks over 50 ms of CPU',
    of: worst(
      ({ blocks }) => blocks,
      (a, b) => a + b,
    ),
    digits: 0,
    target: () => ({ most: 0 }),
  },
  { name: 'longest block, CPU, ms', of: worst(({ longestTaskMs }) => longestTaskMs, Math.max), digits: 1 },
  { name: 'heap of the page’s thread, MB', of: ({ heapMb }) => heapMb, digits: 1 },
]

/**
 * The lines that tell what visits of a map of a size found: medians, with the other side beside them and the ratio of the two where there
 * is one, and whether a target was met.
 */
export const describe = (
  size: number,
  here: readonly Visit[],
  beside: readonly Visit[] | undefined,
): readonly string[] => {
  const title = `${size} nodes${beside ? ': here, beside, here / beside' : ''} (median of ${here.length})`
  return [
    title,
    ...figures.map(({ name, of, digits, target }) => {
      const value = median(here.map(of))
      const other = beside && median(beside.map(of))
      const compared = other === undefined ? '' : other.toFixed(digits).padStart(10) + ratio(value, other)
      return `  ${name.padEnd(48)}${value.toFixed(digits).padStart(10)}${compared}${verdict(value, target?.(size))}`
    }),
  ]
}

const ratio = (value: number, other: number): string =>
  (other > 0 ? (value / other).toFixed(2) : '–').padStart(8)

const verdict = (
  value: number,
  target: { readonly most?: number; readonly least?: number } | undefined,
): string => {
  if (target?.most !== undefined) return `  at most ${target.most}: ${value <= target.most ? '✓' : '✗'}`
  if (target?.least !== undefined) return `  at least ${target.least}: ${value >= target.least ? '✓' : '✗'}`
  return ''
}
