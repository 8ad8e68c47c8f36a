import { setTimeout as pause } from 'node:timers/promises'
import { describe, expect, it } from 'vitest'
import type { Chunk } from '../../../src/channel/stream.ts'
import { type LogLine, logLines, sortKeyOf } from '../../../src/cli/control/logs/log-lines.ts'
import { mergeLogs, type SourcedLine } from '../../../src/cli/control/logs/merge.ts'
import { moment } from '../../../src/cli/control/logs/moment.ts'
import { createPrinter, jsonLine } from '../../../src/cli/control/logs/print.ts'
import { UsageError } from '../../../src/cli/options/usage-error.ts'

const chunk = (lane: Chunk['lane'], text: string): Chunk => ({ lane, bytes: Buffer.from(text) })

async function* streamOf(...chunks: readonly Chunk[]): AsyncGenerator<Chunk> {
  yield* chunks
}

const readAll = async (...chunks: readonly Chunk[]) => {
  const lines: string[] = []
  for await (const some of logLines(streamOf(...chunks)))
    for (const { lane, time, bytes } of some) lines.push(`${lane} ${time} ${Buffer.from(bytes).toString()}`)
  return lines
}

const t = (second: number): string => `2026-01-02T03:04:0${second}.000000001Z`

describe('the lines of a log', () => {
  it.each<[string, Chunk[], string[]]>([
    ['nothing', [], []],
    ['whole lines', [chunk('out', `${t(1)} a\n${t(2)} b\n`)], [`out ${t(1)} a`, `out ${t(2)} b`]],
    [
      'parts',
      [chunk('out', `${t(1)} a`), chunk('out', `b\n${t(2)}`), chunk('out', ' c\n')],
      [`out ${t(1)} ab`, `out ${t(2)} c`],
    ],
    [
      'two outputs, each with lines of its own',
      [chunk('out', `${t(1)} a`), chunk('err', `${t(2)} x\n`), chunk('out', 'b\n')],
      [`err ${t(2)} x`, `out ${t(1)} ab`],
    ],
    ['a last line without an end', [chunk('out', `${t(1)} a`)], [`out ${t(1)} a`]],
    ['the line ends of a terminal', [chunk('out', `${t(1)} a\r\n`)], [`out ${t(1)} a`]],
    ['an empty line', [chunk('out', `${t(1)} \n${t(2)}\n`)], [`out ${t(1)} `, `out ${t(2)} `]],
    [
      'the rest of a line that was cut',
      [chunk('out', `${t(1)} a\nrest of it\n`)],
      [`out ${t(1)} a`, `out ${t(1)} rest of it`],
    ],
    [
      'notes are none',
      [chunk('note', '{"exit":{"code":0}}'), chunk('out', `${t(1)} a\n`)],
      [`out ${t(1)} a`],
    ],
  ])('%s', async (_what, chunks, lines) => {
    expect(await readAll(...chunks)).toEqual(lines)
  })

  it('come in parts when one is too long to keep', async () => {
    const lines = await readAll(...Array.from({ length: 40 }, () => chunk('out', 'x'.repeat(64 * 1024))))
    expect(lines.length).toBeGreaterThan(1)
    expect(lines.map((line) => line.replace('out  ', '')).join('')).toBe('x'.repeat(40 * 64 * 1024))
  })

  it.each([
    ['2026-01-02T03:04:05Z', '2026-01-02T03:04:05.000000000'],
    ['2026-01-02T03:04:05.12Z', '2026-01-02T03:04:05.120000000'],
    ['2026-01-02T03:04:05.123456789+02:00', '2026-01-02T01:04:05.123456789'],
    ['hello', undefined],
  ])('sort by their time: %s', (time, key) => {
    expect(sortKeyOf(time)).toBe(key)
  })
})

const line = (second: number, text: string): LogLine => ({
  time: t(second),
  sortKey: sortKeyOf(t(second)) ?? '',
  lane: 'out',
  bytes: Buffer.from(text),
})

const merged = async (
  logs: readonly AsyncIterable<readonly LogLine[]>[],
  options: Partial<Parameters<typeof mergeLogs>[1]> = {},
) => {
  const texts: string[] = []
  const nowMs = () => performance.now()
  for await (const lines of mergeLogs(logs, {
    holdMs: Number.POSITIVE_INFINITY,
    nowMs,
    onError: () => undefined,
    ...options,
  }))
    for (const { bytes, source } of lines) texts.push(`${source}${Buffer.from(bytes).toString()}`)
  return texts
}

async function* log(...parts: readonly (readonly LogLine[] | number)[]): AsyncGenerator<readonly LogLine[]> {
  for (const part of parts) {
    if (typeof part === 'number') await pause(part)
    else yield part
  }
}

describe('several logs', () => {
  it('are merged by time, whichever comes first', async () => {
    const slow = log(50, [line(1, 'a'), line(4, 'd')])
    const fast = log([line(2, 'b')], [line(3, 'c'), line(5, 'e')])
    expect(await merged([slow, fast])).toEqual(['0a', '1b', '1c', '0d', '1e'])
  })

  it('keep the order of each, also where its clock goes back', async () => {
    expect(await merged([log([line(3, 'a'), line(1, 'b')]), log([line(2, 'x')])])).toEqual(['1x', '0a', '0b'])
  })

  it('that go on wait a moment for older lines, and no longer', async () => {
    let release: () => void = () => undefined
    const held = new Promise<void>((resolve) => {
      release = resolve
    })
    async function* silent(): AsyncGenerator<readonly LogLine[]> {
      await held
      yield [line(1, 'late')]
    }
    const texts: string[] = []
    const logs = [log([line(2, 'a')], 10, [line(3, 'b')]), silent()]
    for await (const lines of mergeLogs(logs, {
      holdMs: 50,
      nowMs: () => performance.now(),
      onError: () => undefined,
    })) {
      texts.push(...lines.map(({ bytes }) => Buffer.from(bytes).toString()))
      if (texts.length === 2) release()
    }
    expect(texts).toEqual(['a', 'b', 'late'])
  })

  it('that go on wait longer at first for one of which nothing has come yet, and no longer than told', async () => {
    const options = { holdMs: 20, beginsWithinMs: 60_000 }
    const later = log(200, [line(1, 'older'), line(3, 'c')])
    expect(await merged([log([line(2, 'b')]), later], options)).toEqual(['1older', '0b', '1c'])

    let release: () => void = () => undefined
    const held = new Promise<void>((resolve) => {
      release = resolve
    })
    async function* silent(): AsyncGenerator<readonly LogLine[]> {
      await held
      yield [line(1, 'late')]
    }
    const texts: string[] = []
    const sinceMs = performance.now()
    for await (const lines of mergeLogs([log([line(2, 'a')]), silent()], {
      ...{ holdMs: 20, beginsWithinMs: 300 },
      nowMs: () => performance.now(),
      onError: () => undefined,
    })) {
      if (texts.length === 0) expect(performance.now() - sinceMs).toBeGreaterThanOrEqual(299)
      texts.push(...lines.map(({ bytes }) => Buffer.from(bytes).toString()))
      release()
    }
    expect(texts).toEqual(['a', 'late'])
  })

  it('go on when one fails', async () => {
    async function* broken(): AsyncGenerator<readonly LogLine[]> {
      yield [line(1, 'a')]
      throw new Error('the container is gone')
    }
    const errors: string[] = []
    const onError = (source: number, error: Error) => errors.push(`${source} ${error.message}`)
    expect(await merged([broken(), log([line(2, 'b')], 20, [line(3, 'c')])], { onError })).toEqual([
      '0a',
      '1b',
      '1c',
    ])
    expect(errors).toEqual(['0 the container is gone'])
  })

  it('are not read on while nobody takes their lines', async () => {
    let read = 0
    async function* endless(): AsyncGenerator<readonly LogLine[]> {
      for (;;) {
        read++
        yield Array.from({ length: 100 }, () => line(1, 'x'))
        await pause(0)
      }
    }
    const lines = mergeLogs([endless(), log(200, [line(0, 'y')])], {
      holdMs: Number.POSITIVE_INFINITY,
      nowMs: () => performance.now(),
      onError: () => undefined,
    })
    const { value } = await lines.next()
    expect(value?.map(({ source }: SourcedLine) => source).includes(1)).toBe(true)
    expect(read).toBeLessThan(20)
    await lines.return(undefined)
  })
})

describe('a line', () => {
  const sourced: SourcedLine = { ...line(1, 'a\x1b[31mred\x9bx'), source: 1 }
  const options = { names: ['web', 'longer'], timestamps: false, isTTY: false, colours: false }

  it.each([
    ['as it is, where it is no terminal', options, '[longer] a\x1b[31mred\x9bx\n'],
    ['alone', { ...options, names: ['a'] }, 'a\x1b[31mred\x9bx\n'],
    ['with its time', { ...options, timestamps: true }, `[longer] ${t(1)} a\x1b[31mred\x9bx\n`],
    ['on a terminal without colours', { ...options, isTTY: true }, '[longer] ared\\x9bx\n'],
    [
      'on one with',
      { ...options, isTTY: true, colours: true },
      '\x1b[33m[longer]\x1b[m a\x1b[31mred\\x9bx\x1b[m\n',
    ],
  ])('is shown %s', (_how, shown, text) => {
    const one = shown.names.length === 1 ? { ...sourced, source: 0 } : sourced
    expect(createPrinter(shown)(one).toString()).toBe(text)
  })

  it('is padded to the longest name', () => {
    expect(createPrinter(options)({ ...sourced, source: 0, bytes: Buffer.from('x') }).toString()).toBe(
      '[web]    x\n',
    )
  })

  it('keeps bytes that are no text where it is no terminal', () => {
    const bytes = Buffer.from([0xff, 0xfe, 0x00])
    expect(createPrinter({ ...options, names: ['a'] })({ ...sourced, source: 0, bytes })).toEqual(
      Buffer.concat([bytes, Buffer.from('\n')]),
    )
  })

  it('is JSON for scripts', () => {
    expect(
      JSON.parse(
        jsonLine(sourced, [
          { id: '1', label: 'web' },
          { id: '2', label: 'cart' },
        ]),
      ),
    ).toEqual({
      time: t(1),
      id: '2',
      label: 'cart',
      stream: 'stdout',
      line: 'a\x1b[31mred\x9bx',
    })
  })
})

describe('a time of --since', () => {
  it.each([
    ['10m', '10m'],
    ['1h30m', '1h30m'],
    ['2d', '48h'],
    ['2026-01-02T03:04:05+01:00', '2026-01-02T02:04:05.000Z'],
  ])('%s', (text, given) => {
    expect(moment(text, '--since')).toBe(given)
  })

  it.each(['', '10', 'm', '-1m', '2026-13-01T00:00:00Z', 'today'])('is refused: %j', (text) => {
    expect(() => moment(text, '--since')).toThrow(UsageError)
  })
})
