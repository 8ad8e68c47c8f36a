import { describe, expect, it } from 'vitest'
import {
  bytes,
  count,
  metricValue,
  microseconds,
  percent,
  perSecond,
  plural,
  words,
} from '../../../../web/domain/words/format.ts'
import { ago, duration } from '../../../../web/domain/words/time.ts'

const plain = (text: string) => text.replaceAll('\u202f', ' ')

describe('numbers with units', () => {
  it.each([
    [0, '0'],
    [0.123456, '0.123'],
    [999, '999'],
    [1_234, '1,234'],
    [12_345, '12.3 k'],
    [2_000_000, '2 M'],
    [3.456e9, '3.46 G'],
    [999.7, '1,000'],
    [999_700, '1 M'],
    [999_700_000, '1 G'],
  ])('count %d', (value, text) => expect(plain(count(value))).toBe(text))

  it.each([
    [0, '0 B'],
    [999, '999 B'],
    [1_000, '1 kB'],
    [999_600, '1 MB'],
    [1_536_000, '1.54 MB'],
    [5e15, '5000 TB'],
  ])('bytes %d', (value, text) => expect(plain(bytes(value))).toBe(text))

  it.each([
    [0, '0 %'],
    [0.04, '0 %'],
    [0.62, '0.6 %'],
    [9.96, '10 %'],
    [123.4, '123 %'],
  ])('percent %d', (value, text) => expect(plain(percent(value))).toBe(text))

  it.each([
    [0, '0/s'],
    [0.05, '3/min'],
    [12.34, '12.3/s'],
  ])('perSecond %d', (value, text) => expect(plain(perSecond(value))).toBe(text))

  it.each([
    [180, '180 µs'],
    [1_500, '1.5 ms'],
    [2_000_000, '2 s'],
    [59_000_000, '59 s'],
    [999.7, '1 ms'],
    [999_700, '1 s'],
    [59_960_000, '1 min'],
    [220_000_000, '3 min 40 s'],
  ])('microseconds %d', (value, text) => expect(plain(microseconds(value))).toBe(text))

  it.each([
    ['percent', 31.4, '31 %'],
    ['filesize', 370e6, '370 MB'],
    ['integer', 12.6, '13'],
    ['number', 0.4567, '0.457'],
  ] as const)('metric %s', (format, value, text) => expect(plain(metricValue(format, value))).toBe(text))

  it('words', () => expect(words('secondsSinceSnapshot')).toBe('seconds since snapshot'))

  it('plural', () => {
    expect([plural(0, 'node'), plural(1, 'node'), plural(2, 'node')]).toEqual([
      '0 nodes',
      '1 node',
      '2 nodes',
    ])
  })
})

describe('times', () => {
  it.each([
    [0, '0 s'],
    [59, '59 s'],
    [302, '5 min 2 s'],
    [3_600, '1 h'],
    [3_605, '1 h'],
    [277_200, '3 d 5 h'],
  ])('duration %d', (seconds, text) => expect(duration(seconds)).toBe(text))

  it.each([
    [0, 'just now'],
    [-5, 'just now'],
    [12, '12 s ago'],
    [7_300, '2 h ago'],
    [300_000, '3 d ago'],
  ])('ago %d', (seconds, text) => expect(ago(0, seconds * 1000)).toBe(text))
})
