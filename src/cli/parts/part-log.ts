import { boundedFile } from '../../log/bounded-file.ts'
import { createLogger, type Logger } from '../../log/log.ts'
import type { ScopeOptions } from '../options/options.ts'
import type { Part } from './state-files.ts'

const maxLogBytes = 10 * 1024 * 1024
const stderrFd = 2

/**
 * The log of a part: standard error. Where `scope launch` put a file there (`SCOPE_LOG_FILE`), it is kept to a bound,
 * because nobody else looks after it.
 */
export function partLog(part: Part, { debug, logFormat }: ScopeOptions, env = process.env): Logger {
  const path = env.SCOPE_LOG_FILE
  const write = path ? boundedFile({ fd: stderrFd, path, maxBytes: maxLogBytes }) : undefined
  return createLogger({ format: logFormat, debug, ...(write === undefined ? {} : { write }) }).child(part)
}
