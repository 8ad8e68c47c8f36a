import { cleanUp } from './clean-up.ts'
import type { Run } from './run.ts'

/**
 * Waits until the process that began a run has ended, however that was, and removes what is left of the run: `node keeper.ts RUN`.
 * Its standard input is a pipe that only that process holds open.
 */
const [, , run] = process.argv
process.stdin.resume().on('end', () => void cleanUp(run as Run))
