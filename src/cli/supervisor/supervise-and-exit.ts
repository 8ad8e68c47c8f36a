import { boundedFile } from '../../log/bounded-file.ts'
import { createLogger } from '../../log/log.ts'
import { stateFiles } from '../parts/state-files.ts'
import { supervise } from './supervise.ts'

const MAX_LOG_BYTES = 1024 * 1024
const stderrFd = 2

/** Runs the supervisor of a state directory as this process, logging to standard error. */
export async function superviseAndExit(stateDir: string): Promise<never> {
  const path = stateFiles.log(stateDir, 'supervisor')
  const write = boundedFile({ fd: stderrFd, path, maxBytes: MAX_LOG_BYTES })
  const log = createLogger({ format: 'text', debug: false, write }).child('supervisor')
  try {
    await supervise(stateDir, log)
    process.exit(0)
  } catch (error) {
    log.error('the supervisor failed', { error })
    process.exit(1)
  }
}
