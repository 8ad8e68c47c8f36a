import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { PARTS_MOST, plainText, styledParts } from '../../../../web/domain/logs/ansi.ts'
import { filterLines, spansOf } from '../../../../web/domain/logs/find.ts'
import { createLineReader, type RawLine } from '../../../../web/domain/logs/line-reader.ts'
import { createLogBook, type LogLine } from '../../../../web/domain/logs/log-book.ts'

const bytes = (text: string) => new TextEncoder().encode(text)
const second = (n: number) => `2026-11-27T16:27:${String(n).padStart(2, '0')}.000000000`

describe('lines of a log', () => {
  it('are the same however their bytes come apart', () => {
    const log = bytes(`${second(1)}Z größer ✓\n${second(2)}Z \n${second(3)}Z last\r\n`)
    const whole = createLineReader(100).read(log)
    expect(whole).toEqual([
      { at: second(1), text: 'größer ✓' },
      { at: second(2), text: '' },
      { at: second(3), text: 'last' },
    ])
    fc.assert(
      fc.property(fc.array(fc.nat(log.length)), (cuts) => {
        const reader = createLineReader(100)
        const places = [0, ...cuts.sort((a, b) => a - b), log.length]
        const lines = places.flatMap((place, at) => reader.read(log.subarray(places[at - 1] ?? 0, place)))
        expect(lines).toEqual(whole)
      }),
    )
  })

  it('without a time have that of the line before', () => {
    const reader = createLineReader(100)
    expect(reader.read(bytes(`${second(1)}Z a\nb\n`)).map(({ at }) => at)).toEqual([second(1), second(1)])
    reader.read(bytes('no end'))
    expect(reader.end()).toEqual([{ at: second(1), text: 'no end' }])
    expect(reader.end()).toEqual([])
  })

  it('that are too long say how much is left out, and hold no more', () => {
    const reader = createLineReader(10)
    for (let i = 0; i < 100; i++) reader.read(bytes('x'.repeat(1000)))
    const [line] = reader.read(bytes('\nshort\n'))
    expect(line?.text).toBe(`${'x'.repeat(10)} … 99990 more characters`)
  })

  it('have times that compare as texts, whatever their precision', () => {
    expect(createLineReader(10).read(bytes('2026-11-27T16:27:04.5Z a\n'))[0]?.at).toBe(
      '2026-11-27T16:27:04.500000000',
    )
  })
})

it.each([
  ['plain', [['plain', '']]],
  [
    '\u001b[31mred\u001b[0m and not',
    [
      ['red', 'ansi-1'],
      [' and not', ''],
    ],
  ],
  [
    '\u001b[1;92mok\u001b[22m!\u001b[m.',
    [
      ['ok', 'ansi-10 ansi-bold'],
      ['!', 'ansi-10'],
      ['.', ''],
    ],
  ],
  [
    '\u001b[38;5;3ma\u001b[38;2;1;2;3mb\u001b[48;5;1mc',
    [
      ['a', 'ansi-3'],
      ['bc', ''],
    ],
  ],
  ['\u001b]0;title\u0007a\u001b]8;;https://x\u001b\\b\u001b[2Jc\u001bPq\u001b\\d', [['abcd', '']]],
  ['a\u0008\u202eb\u0000\tc', [['ab\tc', '']]],
  ['broken \u001b[3', [['broken 3', '']]],
])('styles %j', (line, parts) => {
  expect(styledParts(line).map(({ text, style }) => [text, style])).toEqual(parts)
  expect(plainText(line)).toBe(parts.map(([text]) => text).join(''))
})

it('a line that changes its colour with each letter has few parts, and all of its text', () => {
  const letters = Array.from({ length: 1000 }, (_, at) => `\u001b[3${at % 8}m${at % 10}`).join('')
  const parts = styledParts(letters)
  expect(parts).toHaveLength(PARTS_MOST)
  expect(plainText(letters)).toBe(Array.from({ length: 1000 }, (_, at) => at % 10).join(''))
  expect(styledParts('\u001b[31ma\u001b[31mb')).toEqual([{ text: 'ab', style: 'ansi-1' }])
})

describe('the lines of several logs', () => {
  const raw = (...seconds: readonly number[]): RawLine[] =>
    seconds.map((n) => ({ at: second(n), text: `line ${n}` }))

  it('are merged by time, in the order they came where it is equal', () => {
    const book = createLogBook(100)
    book.add('a', false, raw(1, 3, 5, 5))
    book.add('b', false, raw(2, 3, 4, 6))
    book.add('a', true, raw(1, 7))
    expect(book.lines().map(({ at, source }) => `${Number(at.slice(17, 19))}${source}`)).toEqual(
      '1a 1a 2b 3a 3b 4b 5a 5a 6b 7a'.split(' '),
    )
  })

  it('are in order whatever comes', () => {
    fc.assert(
      fc.property(fc.array(fc.array(fc.nat(59), { maxLength: 8 }), { maxLength: 12 }), (batches) => {
        const book = createLogBook(1000)
        for (const batch of batches) book.add('a', false, raw(...batch))
        const times = book.lines().map(({ at }) => at)
        expect(times).toEqual([...times].sort())
        expect(times).toHaveLength(batches.flat().length)
      }),
    )
  })

  it('are held up to a number, and what went is counted', () => {
    const book = createLogBook(3)
    book.add('a', false, raw(1, 2, 3, 4, 5))
    expect(book.lines().map(({ text }) => text)).toEqual(['line 3', 'line 4', 'line 5'])
    expect(book.gone()).toBe(2)
    book.clear()
    expect([book.lines(), book.gone()]).toEqual([[], 0])
  })
})

describe('a filter', () => {
  const line = (id: number, text: string, more: Partial<LogLine> = {}): LogLine => ({
    id,
    at: '',
    text,
    plain: plainText(text),
    source: 'a',
    isError: false,
    ...more,
  })
  const lines = [
    line(1, 'GET /'),
    line(2, '\u001b[31mget\u001b[0m /b', { isError: true }),
    line(3, 'x', { source: 'b' }),
  ]
  it.each([
    ['nothing', {}, [1, 2, 3]],
    ['a text without leaving lines out', { text: 'get' }, [1, 2, 3]],
    ['only what matches', { text: 'get', onlyMatching: true }, [1, 2]],
    ['only errors', { streams: 'err' as const }, [2]],
    ['one node left out', { hidden: new Set(['a']) }, [3]],
  ])('with %s', (_, change, ids) => {
    const filter = {
      text: '',
      onlyMatching: false,
      streams: 'both' as const,
      hidden: new Set<string>(),
      ...change,
    }
    expect(filterLines(lines, filter).map(({ id }) => id)).toEqual(ids)
  })

  it('marks what is looked for, also across styles', () => {
    expect(spansOf(line(1, 'a\u001b[31mb\u001b[0mcab'), 'BC')).toEqual([
      { text: 'a', style: '', isHit: false },
      { text: 'b', style: 'ansi-1', isHit: true },
      { text: 'c', style: '', isHit: true },
      { text: 'ab', style: '', isHit: false },
    ])
    expect(spansOf(line(1, 'aaa'), 'a').map(({ isHit }) => isHit)).toEqual([true, true, true])
  })
})
