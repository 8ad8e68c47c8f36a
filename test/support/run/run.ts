import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

/** Environment variable that names the run of the tests to which a process belongs. */
export const RUN_VARIABLE = 'SCOPE_TEST_RUN'

/**
 * A run of the tests: the process that began it, as `PID-START`. The start time is in clock ticks since boot, so that no later
 * process with the same pid is taken for it.
 */
export type Run = `${number}-${number}`

/** Matches a run anywhere in a text. */
export const RUN_PATTERN = /\d+-\d+/

/** When a process was started, in clock ticks since boot; undefined when there is none, or it is a zombie. */
export const startOf = (pid: number): number | undefined => {
  try {
    // The name of the program may contain anything, also spaces and brackets.
    const [state, ...rest] = readFileSync(`/proc/${pid}/stat`, 'latin1')
      .replace(/^.*\) /s, '')
      .split(' ')
    return state === 'Z' ? undefined : Number(rest[18])
  } catch {
    return undefined
  }
}

const runOf = (pid: number): Run => `${pid}-${startOf(pid) ?? 0}`

/** The run of which this process is part; one of its own when nobody began one. */
export const currentRun = (): Run => (process.env[RUN_VARIABLE] as Run | undefined) ?? runOf(process.pid)

/** Makes this process the beginning of a run, to which all belongs that it starts. */
export const beginRun = (): Run => {
  const run = runOf(process.pid)
  process.env[RUN_VARIABLE] = run
  return run
}

/** Whether this process has begun a run. */
export const hasBegun = (): boolean => process.env[RUN_VARIABLE] === runOf(process.pid)

/** Whether the process that began a run still exists. */
export const isAlive = (run: Run): boolean => {
  const [pid, start] = run.split('-').map(Number)
  return startOf(pid ?? 0) === start
}

/**
 * A name for something of the kernel that outlives processes, by which it is found when the run did not remove it.
 *
 * @param name what it is called within the run
 */
export const named = (name: string): string => `scopetest-${currentRun()}-${name}`

/** Directory in which a run notes what it has started. */
export const notesOf = (run: Run): string => join(tmpdir(), `scopetest-${run}`)

/**
 * Notes that a program belongs to this run. Its environment says so, too, but not of one that has written its title over that,
 * as nginx and PostgreSQL do.
 */
export const note = (pid: number | undefined): void => {
  const start = pid === undefined ? undefined : startOf(pid)
  if (start === undefined) return
  const notes = notesOf(currentRun())
  mkdirSync(notes, { recursive: true })
  writeFileSync(join(notes, `${pid}-${start}`), '')
}
