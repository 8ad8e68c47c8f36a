import { boundedFile } from '../../log/bounded-file.ts'
import { createLogger, type Logger } from '../../log/log.ts'
import type { ScopeOptions } from '../options/options.ts'
import type { Part } from './state-files.ts'

const maxLogBytes = 10 * 1024 * 1024
const stderrFd = 2

/**
 * The log of a part, written to standard error. When `scope launch` redirected that to a file (`SCOPE_LOG_FILE`), its
 * size is bounded, because nothing else rotates it.
 */
export function partLog(part: Part, { debug, logFormat }: ScopeOptions, env = process.env): Logger {
  const path = env.SCOPE_LOG_FILE
  const write = path ? boundedFile({ fd: stderrFd, path, maxBytes: maxLogBytes }) : undefined
  return createLogger({ format: logFormat, debug, ...(write === undefined ? {} : { write }) }).child(part)
}
