/**
 * Values logged along with a message. An `Error` is logged with its stack when debug output is on, else as its message
 * and causes.
 */
export type LogFields = Record<string, unknown>

/** The log of one component of Scope. Messages are one line for people to read; fields hold values to search for. */
export interface Logger {
  debug(message: string, fields?: LogFields): void
  info(message: string, fields?: LogFields): void
  warn(message: string, fields?: LogFields): void
  error(message: string, fields?: LogFields): void
  /**
   * A logger whose lines are marked with a component name, appended to that of this logger: `probe`, `probe.docker`.
   */
  child(component: string): Logger
}

/** Format of log lines: `text` for people, `json` (one object per line) for machines. */
export type LogFormat = 'text' | 'json'

/** What {@link createLogger} needs. */
export interface LogOptions {
  readonly format: LogFormat
  /** Whether `debug` lines are written, and stacks of errors. */
  readonly debug: boolean
  /** Takes one whole line with its line end; standard error by default. */
  readonly write?: (line: string) => void
  /** Milliseconds since 1970; the system's clock by default. */
  readonly nowMs?: () => number
}

type Level = 'debug' | 'info' | 'warn' | 'error'

interface Entry {
  readonly time: string
  readonly level: Level
  readonly component: string
  readonly message: string
  readonly fields: LogFields
}

/** A logger that writes one line for each message. */
export function createLogger(options: LogOptions): Logger {
  const { format, debug } = options
  const write = options.write ?? ((line: string) => void process.stderr.write(line))
  const nowMs = options.nowMs ?? Date.now
  const render = format === 'json' ? jsonLine : textLine

  const loggerOf = (component: string): Logger => {
    const log =
      (level: Level) =>
      (message: string, fields: LogFields = {}) => {
        if (level === 'debug' && !debug) return
        const time = new Date(nowMs()).toISOString()
        write(`${render({ time, level, component, message, fields: plainFields(fields, debug) })}\n`)
      }
    return {
      debug: log('debug'),
      info: log('info'),
      warn: log('warn'),
      error: log('error'),
      child: (name) => loggerOf(component === '' ? name : `${component}.${name}`),
    }
  }
  return loggerOf('')
}

function jsonLine({ fields, ...entry }: Entry): string {
  // `entry` is spread last so that a field cannot overwrite the time or the level.
  return JSON.stringify({ ...fields, ...entry })
}

function textLine({ time, level, component, message, fields }: Entry): string {
  const from = component === '' ? '' : `${component}: `
  const pairs = Object.entries(fields).map(([name, value]) => ` ${name}=${textValue(value)}`)
  return `${time} ${level.toUpperCase().padEnd(5)} ${from}${oneLine(message)}${pairs.join('')}`
}

function textValue(value: unknown): string {
  if (typeof value === 'string') return /^[\w./:@~+-]+$/.test(value) ? value : JSON.stringify(value)
  return JSON.stringify(value) ?? String(value)
}

/**
 * The text with line breaks escaped and other control characters replaced. Text from outside, such as the name of a process, must not be
 * able to forge a line, or to control a terminal.
 */
export function oneLine(text: string): string {
  return text.replace(/\p{Cc}/gu, (character) => (character === '\n' ? '\\n' : '\ufffd'))
}

function plainFields(fields: LogFields, debug: boolean): LogFields {
  const plain: LogFields = {}
  for (const [name, value] of Object.entries(fields)) {
    if (value !== undefined) plain[name] = plainValue(value, debug)
  }
  return plain
}

function plainValue(value: unknown, debug: boolean): unknown {
  if (value instanceof Error) return debug ? (value.stack ?? value.message) : describeError(value)
  if (typeof value === 'bigint') return value.toString()
  return value
}

/** An error and its causes as one line: `cannot listen on :4040: listen EADDRINUSE`. */
export function describeError(error: unknown): string {
  if (!(error instanceof Error)) return String(error)
  const message = error.message || error.name
  return error.cause === undefined ? message : `${message}: ${describeError(error.cause)}`
}
