import type { Check, Verdict } from './check.ts'
import { tracingWorks } from './doctor.ts'

const marks: Readonly<Record<Verdict, string>> = { ok: 'ok', note: '-', warn: 'less', fail: 'no' }

const MARK_WIDTH = 5
const TITLE_WIDTH = 18

/** The text that `scope doctor` prints: a line per check with what to do below it, and a conclusion at the end. */
export const describeChecks = (checks: readonly Check[]): string => {
  const lines = checks.flatMap(({ verdict, title, found, todo }) => [
    `${marks[verdict].padEnd(MARK_WIDTH)} ${title.padEnd(TITLE_WIDTH)} ${found}`,
    ...(todo === undefined ? [] : [`${' '.repeat(MARK_WIDTH + TITLE_WIDTH + 2)}→ ${todo}`]),
  ])
  const less = checks.filter(({ verdict }) => verdict === 'warn').length
  return [...lines, '', conclusion(tracingWorks(checks), less)].join('\n')
}

const conclusion = (works: boolean, less: number): string => {
  if (!works) return 'Connections cannot be traced with eBPF here; Scope runs, and polls /proc.'
  if (less === 0) return 'Connections are traced with eBPF here.'
  const things = less === 1 ? 'one thing' : `${less} things`
  return `Connections are traced with eBPF here; ${things} could be better.`
}
