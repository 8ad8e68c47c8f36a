import { describe, expect, it } from 'vitest'
import { factText } from '../../../../web/domain/node/fact-text.ts'
import { fitMiddle, inTwoLines } from '../../../../web/domain/words/text.ts'

describe('fitMiddle', () => {
  it.each([
    ['short', 10, 'short'],
    ['shop-checkout-7f9c', 9, 'shop…7f9c'],
    ['abcdef', 2, 'a…'],
    ['née-café-🚀🚀🚀', 5, 'né…🚀🚀'],
  ])('%s in %d', (text, width, fitted) => {
    expect(fitMiddle(text, width, (one) => Array.from(one).length)).toBe(fitted)
  })
})

describe('inTwoLines', () => {
  it.each([
    ['prometheus-node-exporter', ['prometheus-', 'node-exporter']],
    ['s3.eu-central-1.amazonaws.com', ['s3.eu-central-', '1.amazonaws.com']],
    ['registry.example/team/shop:1.2', ['registry.example/', 'team/shop:1.2']],
    ['node manager', ['node', 'manager']],
    ['getaddrinfo', undefined],
    ['--', undefined],
    ['', undefined],
  ])('%s', (text, lines) => {
    expect(inTwoLines(text, (one) => one.length)).toEqual(lines)
  })
})

describe('factText', () => {
  const nowMs = Date.parse('2026-01-01T01:00:00Z')
  const text = (value: string, more: object = {}) =>
    factText({ id: 'x', label: 'X', value, ...more }, nowMs).shown.replaceAll('\u202f', ' ')
  it.each([
    ['plain', 'plain', {}],
    ['2026-01-01T00:00:00Z', '1 h ago', { dataType: 'datetime' }],
    ['soon', 'soon', { dataType: 'datetime' }],
    ['90', '1 min 30 s', { dataType: 'duration' }],
    ['1500000', '1.5 MB', { dataType: 'bytes' }],
    ['1234', '1.23 ms', { dataType: 'microseconds' }],
    ['', '', { dataType: 'bytes' }],
    ['43120', '43120', { dataType: 'number', id: 'pid' }],
    ['43120', '43.1 k', { dataType: 'number' }],
    ['0.123456', '0.123', { dataType: 'number' }],
    ['4f3c9b1d2e77', '4f3c…', { dataType: 'code', truncate: 4 }],
  ])('%s reads %s', (value, shown, more) => expect(text(value, more)).toBe(shown))

  it('takes lists apart, and only what is one', () => {
    const items = (id: string, value: string) => factText({ id, label: '', value }, nowMs).items
    expect(items('listening_addresses', '0.0.0.0:80, [::]:80')).toEqual(['0.0.0.0:80', '[::]:80'])
    expect(items('listening_addresses', '0.0.0.0:80')).toBeUndefined()
    expect(items('cmdline', 'sort a, b')).toBeUndefined()
  })
})
