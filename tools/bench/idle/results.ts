import { growthOf } from '../probe/growth.ts'
import { median } from '../probe/statistics.ts'
import type { Part, PartFigures } from './side.ts'

/** Most that a part should take: CPU in percent of a core, memory in MB. */
export interface Most {
  readonly cpu?: number
  readonly pssMb?: number
}

/** A probe looks at each process now and then. */
const PROBE_TARGETS: readonly { readonly processes: number; readonly cpu: number }[] = [
  { processes: 87, cpu: 0.45 },
  { processes: 219, cpu: 0.72 },
]

/** Undefined where there is no target for so many processes. */
export const mostOf = (part: Part, processes: number): Most => {
  if (part === 'app') return { cpu: 0.1, pssMb: 75 }
  const found = part === 'probe' && PROBE_TARGETS.find((target) => processes <= target.processes)
  return found ? { cpu: found.cpu } : {}
}

const beside = (value: number, most: number | undefined): string =>
  most === undefined ? '' : ` (at most ${most}: ${value <= most ? '✓' : '✗'})`

const of = (values: readonly number[], digits: number): string =>
  `${median(values).toFixed(digits)} (${Math.min(...values).toFixed(digits)}…${Math.max(...values).toFixed(digits)})`

/** How its own memory developed, when there were windows enough to tell. */
export const growthWords = (megabytes: readonly number[]): string => {
  const growth = growthOf(megabytes)
  return growth === undefined ? '' : `; from the middle third to the last × ${growth.toFixed(2)}`
}

/** Prints what each part took. */
export const printIdle = (figures: readonly PartFigures[], processes: number): void => {
  for (const { checkout, part, cpu, wakeUps, pssMb, anonymousMb } of figures) {
    const most = mostOf(part, processes)
    console.log(`${part}, ${checkout}`)
    console.log(`  CPU       ${of(cpu, 3)} % of a core${beside(median(cpu), most.cpu)}`)
    console.log(`  wake-ups  ${of(wakeUps, 1)} a second`)
    console.log(
      `  memory    PSS ${of(pssMb, 1)} MB${beside(median(pssMb), most.pssMb)}, ${of(anonymousMb, 1)} MB of it its own${growthWords(anonymousMb)}`,
    )
  }
}
