import koffi from 'koffi'
import type { Libbpf } from './library.ts'

const LINES_KEPT = 200
const LINE_BYTES = 2048

/**
 * Keeps the last lines of libbpf's log in memory instead of on stderr: a single rejected program produces thousands of
 * lines.
 */
export interface LogCapture {
  /** The newest lines, oldest first. */
  lines(): readonly string[]
  stop(): void
}

/**
 * Starts to capture the log. libbpf passes a format and a `va_list` to its print function, and only libc can format
 * these.
 */
export const captureLog = (libbpf: Libbpf): LogCapture => {
  const libc = koffi.load('libc.so.6')
  const vsnprintf = libc.func('int vsnprintf(_Out_ uint8_t *out, size_t size, void *format, void *args)')
  const proto = koffi.pointer(koffi.proto('int (int level, void *format, void *args)'))
  const kept: string[] = []
  const line = Buffer.alloc(LINE_BYTES)
  const print = koffi.register((_level: number, format: unknown, args: unknown): number => {
    const length = Math.min(vsnprintf(line, LINE_BYTES, format, args) as number, LINE_BYTES - 1)
    kept.push(line.toString('utf8', 0, Math.max(0, length)).trimEnd())
    if (kept.length > LINES_KEPT) kept.shift()
    return length
  }, proto)
  libbpf.libbpf_set_print(print)
  return {
    lines: () => kept,
    stop: () => {
      libbpf.libbpf_set_print(null)
      koffi.unregister(print)
    },
  }
}
