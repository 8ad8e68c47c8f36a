import { describe, expect, it } from 'vitest'
import { createLogger, describeError, type LogFormat } from '../../src/log/log.ts'

const nowMs = () => Date.UTC(2026, 0, 2, 3, 4, 5, 6)

function logTo(format: LogFormat, debug = false) {
  const lines: string[] = []
  return { lines, log: createLogger({ format, debug, nowMs, write: (line) => lines.push(line) }) }
}

describe('text', () => {
  it('writes time, level, component, message and fields on one line', () => {
    const { log, lines } = logTo('text')
    log
      .child('probe')
      .child('docker')
      .warn('daemon is gone', { socket: '/var/run/docker.sock', why: 'no such file' })
    expect(lines).toEqual([
      '2026-01-02T03:04:05.006Z WARN  probe.docker: daemon is gone socket=/var/run/docker.sock why="no such file"\n',
    ])
  })

  it('keeps a message to one line whatever it holds', () => {
    const { log, lines } = logTo('text')
    log.info('a\nb\u001b[31mc', { name: 'x\ny' })
    expect(lines[0]).toBe('2026-01-02T03:04:05.006Z INFO  a\\nb\ufffd[31mc name="x\\ny"\n')
  })

  it('writes debug lines only when asked', () => {
    const quiet = logTo('text')
    quiet.log.debug('detail')
    expect(quiet.lines).toEqual([])
    const loud = logTo('text', true)
    loud.log.debug('detail')
    expect(loud.lines).toHaveLength(1)
  })

  it('writes an error with its causes, and its stack when debugging', () => {
    const error = new Error('cannot publish', { cause: new Error('connection refused') })
    const quiet = logTo('text')
    quiet.log.error('failed', { error })
    expect(quiet.lines[0]).toContain('error="cannot publish: connection refused"')
    const loud = logTo('text', true)
    loud.log.error('failed', { error })
    expect(loud.lines[0]).toContain('log.test.ts')
  })
})

describe('json', () => {
  it('writes one object a line, whose own keys a field cannot take', () => {
    const { log, lines } = logTo('json')
    log.child('app').info('listening', { port: 4040, level: 'forged', big: 5n, none: undefined })
    expect(JSON.parse(lines[0] ?? '')).toEqual({
      time: '2026-01-02T03:04:05.006Z',
      level: 'info',
      component: 'app',
      message: 'listening',
      port: 4040,
      big: '5',
    })
  })
})

describe('describeError', () => {
  it.each([
    [new Error('a'), 'a'],
    [new Error('a', { cause: 'b' }), 'a: b'],
    [new TypeError(''), 'TypeError'],
    ['text', 'text'],
  ])('%s', (error, text) => {
    expect(describeError(error)).toBe(text)
  })
})
