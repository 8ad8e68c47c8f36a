import { closeSync, openSync } from 'node:fs'
import { boundedFile } from '../../log/bounded-file.ts'
import { createLogger } from '../../log/log.ts'
import { stateFiles } from '../parts/state-files.ts'
import { beginLaunch, showLogs } from './foreground.ts'
import { supervise } from './supervise.ts'

const MAX_LOG_BYTES = 1024 * 1024
const stderrFd = 2

/** What a supervisor in the foreground does: it launches with options of `scope launch`, or waits for launches. */
export type Foreground = { readonly launch: readonly string[] } | 'stays'

/**
 * Runs the supervisor of a state directory as this process. In the background it logs to standard error, which is a file then; in the
 * foreground, to its file and to standard error, and the logs of the parts are shown on standard output.
 */
export async function superviseAndExit(stateDir: string, foreground?: Foreground): Promise<never> {
  const path = stateFiles.log(stateDir, 'supervisor')
  const fd = foreground === undefined ? stderrFd : openSync(path, 'a', 0o600)
  const toFile = boundedFile({ fd, path, maxBytes: MAX_LOG_BYTES })
  const write = (line: string) => {
    toFile(line)
    if (fd !== stderrFd) process.stderr.write(line)
  }
  const log = createLogger({ format: 'text', debug: false, write }).child('supervisor')
  try {
    if (foreground === undefined) process.exit(await supervise(stateDir, log))
    const logs = showLogs(stateDir)
    const options =
      foreground === 'stays' ? { stays: true } : { launch: () => beginLaunch(stateDir, foreground.launch) }
    const code = await supervise(stateDir, log, options)
    await logs.stop()
    closeSync(fd)
    process.exit(code)
  } catch (error) {
    log.error('the supervisor failed', { error })
    process.exit(1)
  }
}
