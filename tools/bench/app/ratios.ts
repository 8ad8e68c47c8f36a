import type { Found } from './measure.ts'
import { beside } from './results.ts'

/** How one load compares with a smaller one from which it differs in one thing, each as a multiple of what that takes. */
export interface Ratio {
  /** In words: `200 hosts: 10 % changing against 1 %`. */
  readonly what: string
  readonly cpu: number
  readonly memory: number
  /** Bytes of the containers to one socket, before compression; undefined where none was on them. */
  readonly bytes: number | undefined
  /** Most that CPU should be; undefined where nothing is said of it. */
  readonly mostCpu?: number
}

/** Most that 100 sockets on a view should cost, as a multiple of one. */
const SOCKETS = { many: 100, times: 2 } as const
const BYTES_OF = 'containers'

const viewsOf = ({ load: { views } }: Found): string => [...new Set(views)].join()

interface Comparison {
  /** What has to be the same. */
  readonly key: (found: Found) => string
  readonly size: (found: Found) => number
  readonly what: (large: Found, small: Found) => string
  /** By what the loads are divided before they are compared. */
  readonly per?: (found: Found) => number
  readonly mostCpu?: (large: Found, small: Found) => number | undefined
}

const comparisons: readonly Comparison[] = [
  {
    key: ({ load }) => `${load.hosts} ${load.intervalS} ${load.views}`,
    size: ({ load }) => load.share,
    what: (large, small) =>
      `${large.load.hosts} hosts: ${100 * large.load.share} % changing against ${100 * small.load.share} %`,
  },
  {
    key: (found) => `${found.load.hosts} ${found.load.intervalS} ${found.load.share} ${viewsOf(found)}`,
    size: ({ load }) => load.views.length,
    what: (large, small) =>
      `${large.load.hosts} hosts: ${large.load.views.length} sockets on ${viewsOf(large)} against ${small.load.views.length}`,
    mostCpu: (large, small) =>
      small.load.views.length === 1 && large.load.views.length === SOCKETS.many ? SOCKETS.times : undefined,
  },
  {
    key: ({ load }) => `${load.intervalS} ${load.share} ${load.views}`,
    size: ({ load }) => load.hosts,
    what: (large, small) => `${large.load.hosts} hosts against ${small.load.hosts}, for each host`,
    per: ({ load }) => load.hosts,
  },
]

/** Compares each load with the smallest from which it differs in one thing only. */
export const ratios = (all: readonly Found[]): readonly Ratio[] =>
  comparisons.flatMap(({ key, size, what, per = () => 1, mostCpu }) =>
    [...Map.groupBy(all, key).values()].flatMap((group) => {
      const [small, ...others] = group.toSorted((a, b) => size(a) - size(b))
      return others.flatMap((large) => {
        if (small === undefined || size(large) === size(small)) return []
        const times = (of: (found: Found) => number): number =>
          of(large) / per(large) / (of(small) / per(small))
        const [bytes, before] = [large, small].map((one) => one.plainKilobytesPerSecond.get(BYTES_OF))
        const most = mostCpu?.(large, small)
        return [
          {
            what: what(large, small),
            cpu: times(({ cpuPercent }) => cpuPercent),
            memory: times(({ pssMb }) => pssMb.end),
            bytes:
              bytes === undefined || before === undefined
                ? undefined
                : bytes / per(large) / (before / per(small)),
            ...(most !== undefined && { mostCpu: most }),
          },
        ]
      })
    }),
  )

const HEADS = ['compared', 'CPU', 'memory (PSS)', `bytes of ${BYTES_OF} to a socket`] as const

/** Ratios as a Markdown table; nothing of none. */
export const ratioTable = (all: readonly Ratio[]): readonly string[] =>
  all.length === 0
    ? []
    : [
        `| ${HEADS.join(' | ')} |`,
        `|${'---|'.repeat(HEADS.length)}`,
        ...all.map(({ what, cpu, memory, bytes, mostCpu }) => {
          const cells = [what, `× ${beside(cpu, mostCpu, 2)}`, `× ${memory.toFixed(2)}`]
          return `| ${[...cells, bytes === undefined ? '–' : `× ${bytes.toFixed(2)}`].join(' | ')} |`
        }),
      ]
